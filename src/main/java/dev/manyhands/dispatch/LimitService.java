package dev.manyhands.dispatch;

import dev.manyhands.job.JobId;
import dev.manyhands.job.Limit;
import dev.manyhands.job.Refused;
import java.util.List;
import java.util.function.Consumer;

/// What clients can see of the named limits and change in them.
public final class LimitService {
  /// Tasks of a job whose keys are known before they are handed out.
  public static final int LOOK_AHEAD = LiveLimits.LOOK_AHEAD;

  /// Named limits of one service.
  public static final int MAX_LIMITS = LimitChanges.MAX_LIMITS;

  /// How a limit stands.
  ///
  /// @param inUse permits that chunks hold, of all keys together
  /// @param waiting tasks that no worker has, of the jobs that name it
  /// @param holders that have held it longest, at most [LiveLimits#MAX_HOLDERS]
  public record LimitView(Limit limit, int inUse, long waiting, List<Holder> holders) {
    public LimitView {
      holders = List.copyOf(holders);
    }
  }

  /// A run of tasks in a worker's hands that holds one permit.
  ///
  /// @param key the value of its key; empty if the job names none
  /// @param heldNanos for how long
  public record Holder(JobId job, String pool, int first, int count, String key, long heldNanos) {}

  private final LimitBook book;
  private final LimitChanges changes;
  private final Capacity capacity;

  LimitService(LimitBook book, LimitChanges changes, Capacity capacity) {
    this.book = book;
    this.changes = changes;
    this.capacity = capacity;
  }

  /// All, in order of name.
  public List<LimitView> limits() {
    return book.all().stream().map(this::view).toList();
  }

  public LimitView limit(String name) {
    return view(book.get(name).orElseThrow(() -> LimitBook.unknown(name)));
  }

  /// Makes the limit, or makes it otherwise while it is in use: what is in use beyond a smaller
  /// number stays in use until it is given back.
  ///
  /// @return whether it is new
  /// @throws Refused if there are too many, or the disk is full
  public boolean put(Limit limit) {
    return changes.put(limit);
  }

  /// Forgets a limit.
  ///
  /// @throws Refused if it is not there, or an unfinished job names it
  public void remove(String name) {
    changes.remove(name);
  }

  /// Tells the watcher the limits, now and after each change, in turn.
  public void watch(Consumer<List<Limit>> watcher) {
    changes.watch(watcher);
  }

  private LimitView view(Limit limit) {
    return capacity.view(limit);
  }
}
