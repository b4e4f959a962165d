package dev.manyhands.store;

import dev.manyhands.job.JobId;
import java.util.HashSet;
import java.util.Set;

/// What the later changes of a commit take away of the traces of its earlier ones. Told of them
/// from the last to the first.
final class Erased {
  /// A chunk of a job that may run only once.
  private record Note(JobId job, long chunk) {}

  private final Set<JobId> removed = new HashSet<>();
  private final Set<JobId> discarded = new HashSet<>();
  private final Set<JobId> moved = new HashSet<>();
  private final Set<Note> handedBack = new HashSet<>();
  private final Set<String> limits = new HashSet<>();

  /// A change that comes before all that it was told of, and that took effect.
  void by(Change change) {
    switch (change) {
      case Change.Remove remove -> removed.add(remove.job());
      case Change.Discard discard -> discarded.add(discard.job());
      case Change.Append append -> moved.add(append.job());
      case Change.HandBack back -> handedBack.add(new Note(back.job(), back.chunk()));
      case Change.PutLimit put -> limits.add(put.limit().name());
      case Change.RemoveLimit remove -> limits.add(remove.name());
      case Change.Stage _,
          Change.Accept _,
          Change.Grow _,
          Change.Fingerprint _,
          Change.Answer _,
          Change.Hand _,
          Change.Release _ -> {}
    }
  }

  /// Whether nothing of the change can be seen any more.
  boolean has(Change change) {
    JobId job = change.job();
    if (job != null && removed.contains(job)) {
      return true;
    }
    return switch (change) {
      case Change.Stage stage -> discarded.contains(stage.job());
      case Change.Hand hand -> handedBack.contains(new Note(hand.job(), hand.chunk()));
      case Change.PutLimit put -> limits.contains(put.limit().name());
      case Change.RemoveLimit remove -> limits.contains(remove.name());
      case Change.Discard _,
          Change.Accept _,
          Change.Grow _,
          Change.Fingerprint _,
          Change.Answer _,
          Change.Append _,
          Change.HandBack _,
          Change.Release _,
          Change.Remove _ ->
          false;
    };
  }

  /// Whether the job may be in another state by now than the one that the change left it in.
  boolean hasStateOf(Change.Append change) {
    return moved.contains(change.job());
  }
}
