package dev.manyhands.dispatch;

import dev.manyhands.job.JobId;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.store.Change;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The changes of one commit, in which neighbouring appends to a job are one, so that its row is
/// read and rewritten once however many of its tasks have just ended.
final class CommitBatch {
  private final List<Change> changes = new ArrayList<>();
  private final int[] places;

  /// @param came in order; appends of a job follow whatever made it and come before whatever
  ///   removes it
  CommitBatch(List<Change> came) {
    places = new int[came.size()];
    Map<JobId, Integer> appends = new HashMap<>();
    Map<Integer, List<ResultBlock>> blocks = new HashMap<>();
    for (int i = 0; i < places.length; i++) {
      Change change = came.get(i);
      Integer earlier = change instanceof Change.Append a ? appends.get(a.job()) : null;
      if (earlier != null && epoch(changes.get(earlier)) != epoch(change)) {
        // The job was given up and taken anew in between: what is of before must not pass as new.
        appends.remove(change.job());
        earlier = null;
      }
      if (earlier == null) {
        places[i] = changes.size();
        changes.add(change);
      } else {
        places[i] = earlier;
      }
      if (change instanceof Change.Append append) {
        appends.putIfAbsent(append.job(), places[i]);
        blocks.computeIfAbsent(places[i], _ -> new ArrayList<>()).addAll(append.blocks());
        changes.set(places[i], append);
      } else if (change instanceof Change.Grow) {
        // What an append says of the job's state must not get before what the job grew by.
        appends.remove(change.job());
      }
    }
    blocks.forEach((at, all) -> changes.set(at, with(changes.get(at), all)));
  }

  private static long epoch(Change change) {
    return change instanceof Change.Append append ? append.epoch() : 0;
  }

  /// The last of some appends to a job has its newest state and times; it gets the blocks of all.
  private static Change with(Change change, List<ResultBlock> blocks) {
    return change instanceof Change.Append last
        ? new Change.Append(last.job(), last.epoch(), blocks, last.standing(), last.timeline())
        : change;
  }

  List<Change> changes() {
    return changes;
  }

  /// What took effect, for each of the changes that came.
  List<Boolean> effects(List<Boolean> ofChanges) {
    List<Boolean> effects = new ArrayList<>(places.length);
    for (int place : places) {
      effects.add(ofChanges.get(place));
    }
    return effects;
  }
}
