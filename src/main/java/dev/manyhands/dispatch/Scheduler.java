package dev.manyhands.dispatch;

import dev.manyhands.dispatch.LimitService.LimitView;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Limit;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Which tasks run next, where, and what their outcomes mean: a pure state machine.
///
/// It is told what happened and answers with what to do. It has no clock, thread, socket or
/// database: `now` is a time in nanoseconds that only rises. Each index of a job is in exactly one
/// place: fresh, handed, waiting, ready or done. Not safe for use by several threads; [Engine]
/// calls it one event at a time.
///
/// ```
/// an event -> Roster (jobs, lanes, limits, what is out) -> HandOut -> actions
///               ^ Returns: what workers give back
/// ```
final class Scheduler {
  private final Roster roster = new Roster();
  private final Returns returns = new Returns(roster);
  private final HandOut handOut = new HandOut(roster);

  /// A pool with this many workers exists, or has this many from now on; none: it takes nothing at
  /// present.
  List<Action> pool(String name, int size, long now) {
    Lane lane = roster.lanes.resize(name, size);
    if (lane != null) {
      roster.jobs().stream().filter(job -> roster.lane(job) == lane).forEach(lane::place);
    }
    return answer(now);
  }

  /// A job is to run. Its pool is one that [#pool] has named.
  List<Action> accept(Order order, Hold hold, long now) {
    ActiveJob job = new ActiveJob(order, hold, roster.limits, now);
    roster.enter(job, now);
    roster.placeMore(job);
    return answer(now);
  }

  /// Whether this very acceptance of a job runs, and not a later one.
  @SuppressWarnings("ReferenceEquality") // another order may say the same
  boolean runs(Order order) {
    ActiveJob job = roster.find(order.job().id());
    return job != null && job.order == order;
  }

  /// The keys of tasks that were looked at, one list a task.
  List<Action> looked(JobId id, int first, List<List<String>> keys, long now) {
    ActiveJob job = roster.find(id);
    if (job != null) {
      job.looked(first, keys);
      roster.place(job);
      roster.look(job);
    }
    return answer(now);
  }

  /// More inputs of a job that receives are committed, in blocks of these sizes.
  List<Action> grow(JobId id, int[] blockCounts, long now) {
    ActiveJob job = roster.find(id);
    if (job != null) {
      job.grow(blockCounts);
      roster.placeMore(job);
    }
    return answer(now);
  }

  /// All inputs of the job have come; nothing happens if that was known.
  List<Action> seal(JobId id, long now) {
    ActiveJob job = roster.find(id);
    if (job != null && job.stage.seal()) {
      // Also without blocks: the log is to show it, and it may be the job's end.
      roster.note(job, List.of());
    }
    return answer(now);
  }

  /// The job is forgotten, with all that it has in the log; what runs of it is ended.
  List<Action> abandon(JobId id, long now) {
    if (roster.forget(id)) {
      roster.act(new Action.Remove(id));
    }
    return answer(now);
  }

  /// The job is another node's: it is forgotten here, and what runs of it is ended.
  List<Action> giveUp(JobId id, long now) {
    roster.forget(id);
    return answer(now);
  }

  /// A limit is there, or is otherwise, from now on.
  List<Action> limit(Limit limit, long now) {
    roster.limits.define(limit, now);
    return answer(now);
  }

  /// A limit that no job names is gone.
  List<Action> limitRemoved(String name, long now) {
    roster.limits.remove(name);
    return answer(now);
  }

  /// How a limit stands.
  LimitView view(Limit limit, long now) {
    return roster.limits.view(limit, roster.outstanding.all(), now);
  }

  /// Some tasks of a chunk have ended.
  List<Action> outcomes(long chunk, Outcomes outcomes, long now) {
    returns.outcomes(chunk, outcomes, now);
    return answer(now);
  }

  /// A chunk's worker is free; what it had no outcome for was not started.
  List<Action> ended(long chunk, long now) {
    returns.ended(chunk, now);
    return answer(now);
  }

  /// A chunk's node is gone with it. One of the tasks that it had no outcome for may be why: each
  /// of them runs alone from now on, and one that did so already, or may not run again, has
  /// crashed.
  ///
  /// @param crashes the outcomes of all those tasks, should they be to blame
  List<Action> lost(long chunk, List<Outcomes> crashes, long now) {
    returns.lost(chunk, crashes, now);
    return answer(now);
  }

  /// The pool did not take a chunk that it was to get.
  List<Action> refused(long chunk, long now) {
    returns.refused(chunk, now);
    return answer(now);
  }

  /// Nothing new of the job starts; with `kill`, what runs is ended too.
  List<Action> cancel(JobId id, boolean kill, long now) {
    return cancel(id, kill, null, now);
  }

  /// The same, for a reason of ours.
  List<Action> cancel(JobId id, boolean kill, @Nullable Reason why, long now) {
    ActiveJob job = roster.find(id);
    if (job != null) {
      roster.cancel(job, kill, why, now);
    }
    return answer(now);
  }

  /// Whether the task is one of a job that runs here, and has not ended.
  boolean isOpen(JobId id, int index) {
    ActiveJob job = roster.find(id);
    return job != null && job.isOpen(index);
  }

  /// One task is not wanted any more: it does not start, and if it runs it is ended.
  List<Action> cancelTask(JobId id, int index, long now) {
    ActiveJob job = roster.find(id);
    if (job != null && job.isOpen(index)) {
      List<Again> others = new ArrayList<>();
      if (job.takeOut(index, others)) {
        others.forEach(roster.awaited::add);
        roster.note(job, List.of(job.cancelled(index)));
        roster.place(job);
      } else {
        job.unwant(index);
        roster.act(roster.outstanding.stops(job, index));
      }
    }
    return answer(now);
  }

  /// The jobs that it waits for have ended.
  List<Action> release(JobId id, long now) {
    ActiveJob job = roster.find(id);
    if (job != null) {
      job.stage.release();
      roster.place(job);
    }
    return answer(now);
  }

  /// The job's deadline has come, and it grows no more.
  List<Action> expire(JobId id, long now) {
    ActiveJob job = roster.find(id);
    if (job != null) {
      roster.expire(job, now);
    }
    return answer(now);
  }

  /// Nothing new of the job starts until [#resume]; what runs goes on. Nothing happens to a job
  /// that is paused or is being cancelled.
  List<Action> pause(JobId id, long now) {
    return pause(id, true, now);
  }

  /// The job goes on. Nothing happens to one that is not paused.
  List<Action> resume(JobId id, long now) {
    return pause(id, false, now);
  }

  private List<Action> pause(JobId id, boolean paused, long now) {
    ActiveJob job = roster.find(id);
    if (job != null && !job.stage.isCancelled() && job.stage.pause(paused)) {
      roster.note(job, List.of());
      roster.place(job);
      if (paused) {
        roster.cut(job, now);
      }
    }
    return answer(now);
  }

  /// From now on nothing is handed out, and of what workers have nothing new starts.
  List<Action> rest(long now) {
    handOut.rest();
    return answer(now);
  }

  /// Whether it rests and no worker has anything.
  boolean isAtRest() {
    return handOut.isResting() && roster.outstanding.size() == 0;
  }

  /// Time has passed; see [#nextDue].
  List<Action> time(long now) {
    return answer(now);
  }

  /// When [#time] has something to do, if nothing else happens before.
  OptionalLong nextDue() {
    long due = Math.min(roster.awaited.nextDue(), roster.limits.nextDue());
    if (!handOut.isResting()) {
      due = Math.min(due, roster.lanes.nextDue());
    }
    due = Math.min(due, roster.timetable.nextDue().orElse(Long.MAX_VALUE));
    return due == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(due);
  }

  /// Jobs that have not ended.
  int size() {
    return roster.jobs().size();
  }

  /// Tasks that wait for a worker of the pool.
  long pending(String pool) {
    return roster.jobs().stream()
        .filter(job -> job.order.pool().equals(pool))
        .mapToLong(ActiveJob::pending)
        .sum();
  }

  private List<Action> answer(long now) {
    handOut.run(now);
    return roster.takeActions();
  }
}
