package dev.manyhands.dispatch;

import dev.manyhands.dispatch.LimitService.LimitView;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Limit;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.Ranges;
import dev.manyhands.job.Reason;
import dev.manyhands.job.ResultBlock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Which tasks run next, where, and what their outcomes mean: a pure state machine.
///
/// It is told what happened and answers with what to do. It has no clock, thread, socket or
/// database: `now` is a time in nanoseconds that only rises. Each index of a job is in exactly one
/// place: fresh, handed, waiting, ready or done. Not safe for use by several threads; [Dispatcher]
/// calls it one event at a time.
final class Scheduler {
  /// How long a pool that refused a chunk, or a job whose chunk came back untouched, is left alone;
  /// doubled each time.
  private static final long FRUITLESS_NANOS = 50_000_000;

  private static final int FRUITLESS_DOUBLINGS = 7;

  private final Map<JobId, ActiveJob> jobs = new LinkedHashMap<>();
  private final Map<String, Lane> lanes = new LinkedHashMap<>();
  private final LiveLimits limits = new LiveLimits();
  private final Outstanding outstanding = new Outstanding();
  private final PriorityQueue<Again> waiting =
      new PriorityQueue<>(Comparator.comparingLong(Again::due));
  private final Timetable timetable = new Timetable();
  private final PriorityQueue<Long> openings = new PriorityQueue<>();
  private List<Action> actions = new ArrayList<>();
  private boolean resting;

  /// A pool with this many workers exists, or has this many from now on; none: it takes nothing at
  /// present.
  List<Action> pool(String name, int size, long now) {
    Lane lane = lanes.get(name);
    if (lane == null) {
      lanes.put(name, new Lane(size));
    } else {
      lane.resize(size);
      jobs.values().stream().filter(job -> lane(job) == lane).forEach(lane::place);
    }
    return answer(now);
  }

  /// A job is to run. Its pool is one that [#pool] has named.
  List<Action> accept(Order order, Hold hold, long now) {
    ActiveJob job = new ActiveJob(order, hold, limits, now);
    jobs.put(job.id(), job);
    timetable.add(job);
    lane(job).join(job, limits.join(job, now));
    if (job.isOver()) {
      append(job, drop(job));
    } else {
      lane(job).place(job);
      look(job);
    }
    return answer(now);
  }

  private void look(ActiveJob job) {
    Ranges.Range range = job.look();
    if (range != null) {
      int block = job.order.blocks().blockOf(range.first());
      actions.add(new Action.Look(job.order, block, range.first(), range.count()));
    }
  }

  /// The keys of tasks that were looked at, one list a task.
  List<Action> looked(JobId id, int first, List<List<String>> keys, long now) {
    ActiveJob job = jobs.get(id);
    if (job != null) {
      job.looked(first, keys);
      lane(job).place(job);
      look(job);
    }
    return answer(now);
  }

  /// More inputs of a job that receives are committed, in blocks of these sizes.
  List<Action> grow(JobId id, int[] blockCounts, long now) {
    ActiveJob job = jobs.get(id);
    if (job != null) {
      job.grow(blockCounts);
      if (job.isOver()) {
        append(job, drop(job));
      } else {
        lane(job).place(job);
        look(job);
      }
    }
    return answer(now);
  }

  /// All inputs of the job have come; nothing happens if that was known.
  List<Action> seal(JobId id, long now) {
    ActiveJob job = jobs.get(id);
    if (job != null && job.seal()) {
      // Also without blocks: the log is to show it, and it may be the job's end.
      actions.add(appendOf(job, List.of()));
      forgetIfEnded(job);
    }
    return answer(now);
  }

  /// The job is forgotten, with all that it has in the log; what runs of it is ended.
  List<Action> abandon(JobId id, long now) {
    if (forget(id)) {
      actions.add(new Action.Remove(id));
    }
    return answer(now);
  }

  /// The job is another node's: it is forgotten here, and what runs of it is ended.
  List<Action> giveUp(JobId id, long now) {
    forget(id);
    return answer(now);
  }

  private boolean forget(JobId id) {
    ActiveJob job = jobs.remove(id);
    if (job == null) {
      return false;
    }
    job.gone = true;
    timetable.remove(job);
    drop(job);
    lane(job).part(job);
    limits.leave(job);
    actions.addAll(outstanding.stops(job));
    return true;
  }

  /// A limit is there, or is otherwise, from now on.
  List<Action> limit(Limit limit, long now) {
    limits.define(limit, now);
    return answer(now);
  }

  /// A limit that no job names is gone.
  List<Action> limitRemoved(String name, long now) {
    limits.remove(name);
    return answer(now);
  }

  /// How a limit stands.
  LimitView view(Limit limit, long now) {
    return limits.view(limit, outstanding.all(), now);
  }

  /// Some tasks of a chunk have ended.
  List<Action> outcomes(long chunk, Outcomes outcomes, long now) {
    Handed out = outstanding.get(chunk, "outcomes");
    lane(out.job()).turns.heard(chunk, now);
    long ran = outcomes.times().totalMicros() * 1000;
    out.job().pace.measured(outcomes.count(), ran);
    if (outcomes.count() == out.count()) {
      out.job().pace.handedOver(now - out.since() - ran);
    }
    take(out, outcomes, now);
    return answer(now);
  }

  private void take(Handed out, Outcomes outcomes, long now) {
    out.open().remove(outcomes.first(), outcomes.end());
    ActiveJob job = out.job();
    if (job.gone) {
      return;
    }
    List<Again> again = new ArrayList<>();
    List<ResultBlock> blocks = job.sort(outcomes, out.attempt(), now, again);
    again.forEach(a -> await(a.with(out.tasks().keys())));
    if (job.stopsWith(blocks)) {
      blocks.addAll(drop(job));
      cut(job, now);
    }
    append(job, blocks);
  }

  /// A chunk's worker is free; what it had no outcome for was not started.
  List<Action> ended(long chunk, long now) {
    giveBack(chunk, outstanding.remove(chunk, "the end"), now);
    return answer(now);
  }

  /// A chunk's node is gone with it. One of the tasks that it had no outcome for may be why: each
  /// of them runs alone from now on, and one that did so already, or may not run again, has
  /// crashed.
  ///
  /// @param crashes the outcomes of all those tasks, should they be to blame
  List<Action> lost(long chunk, List<Outcomes> crashes, long now) {
    Handed out = outstanding.remove(chunk, "a loss");
    if (out.tasks().alone() || !out.job().mayRunAgain()) {
      crashes.forEach(crash -> take(out, crash, now));
      giveBack(chunk, out, now);
    } else {
      giveBack(chunk, out.suspected(), now);
    }
    return answer(now);
  }

  private void giveBack(long chunk, Handed out, long now) {
    ActiveJob job = out.job();
    boolean cut = lane(job).turns.end(chunk);
    long took = now - out.since();
    int answered = out.count() - out.open().size();
    lane(job).returned(job, took - out.expected());
    out.permits().forEach(permits -> permits.giveBack(0, out.since()));
    if (answered > 0) {
      job.fruitless = 0;
    }
    giveBack(out, answered == 0 && !cut, now);
  }

  /// The pool did not take a chunk that it was to get.
  List<Action> refused(long chunk, long now) {
    Handed out = outstanding.remove(chunk, "a refusal");
    lane(out.job()).turns.end(chunk);
    lane(out.job()).closeUntil(now + FRUITLESS_NANOS);
    openings.add(now + FRUITLESS_NANOS);
    lane(out.job()).returned(out.job(), -out.expected());
    out.permits().forEach(permits -> permits.giveBack(out.count(), out.since()));
    giveBack(out, false, now);
    return answer(now);
  }

  private void giveBack(Handed out, boolean fruitless, long now) {
    ActiveJob job = out.job();
    if (job.gone) {
      return;
    }
    if (job.isOver()) {
      append(job, job.unrun(out.open()));
      return;
    }
    List<ResultBlock> unwanted = job.takeUnwanted(out.open());
    append(job, unwanted);
    if (fruitless && unwanted.isEmpty()) {
      long pause = FRUITLESS_NANOS << Math.min(job.fruitless++, FRUITLESS_DOUBLINGS);
      for (Ranges.Range r : out.open().ranges()) {
        await(out.again(r, now + pause));
      }
    } else {
      job.putBack(out);
    }
    lane(job).place(job);
  }

  /// Nothing new of the job starts; with `kill`, what runs is ended too.
  List<Action> cancel(JobId id, boolean kill, long now) {
    return cancel(id, kill, null, now);
  }

  /// The same, for a reason of ours.
  List<Action> cancel(JobId id, boolean kill, @Nullable Reason why, long now) {
    ActiveJob job = jobs.get(id);
    if (job != null) {
      cancel(job, kill, why, now);
    }
    return answer(now);
  }

  /// Whether the task is one of a job that runs here, and has not ended.
  boolean isOpen(JobId id, int index) {
    ActiveJob job = jobs.get(id);
    return job != null && job.isOpen(index);
  }

  /// One task is not wanted any more: it does not start, and if it runs it is ended.
  List<Action> cancelTask(JobId id, int index, long now) {
    ActiveJob job = jobs.get(id);
    if (job != null && job.isOpen(index)) {
      List<Again> others = new ArrayList<>();
      if (job.takeOut(index, others)) {
        others.forEach(this::await);
        append(job, List.of(job.cancelled(index)));
        lane(job).place(job);
      } else {
        job.unwant(index);
        actions.addAll(outstanding.stops(job, index));
      }
    }
    return answer(now);
  }

  /// The jobs that it waits for have ended.
  List<Action> release(JobId id, long now) {
    ActiveJob job = jobs.get(id);
    if (job != null) {
      job.release();
      lane(job).place(job);
    }
    return answer(now);
  }

  private void cancel(ActiveJob job, boolean kill, @Nullable Reason why, long now) {
    job.cancel(why);
    // Also without blocks: that it is being cancelled must outlive a restart.
    actions.add(appendOf(job, drop(job)));
    forgetIfEnded(job);
    if (kill) {
      actions.addAll(outstanding.stops(job));
    } else {
      cut(job, now);
    }
  }

  /// What workers have of the job comes back, but for the tasks that run.
  private void cut(ActiveJob job, long now) {
    outstanding
        .of(job)
        .filter(chunk -> lane(job).turns.cut(chunk, now))
        .forEach(chunk -> actions.add(new Action.Cut(job.order.pool(), chunk)));
  }

  /// The job's deadline has come, and it grows no more.
  List<Action> expire(JobId id, long now) {
    ActiveJob job = jobs.get(id);
    if (job != null) {
      cancel(job, true, deadlineOf(job), now);
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
    ActiveJob job = jobs.get(id);
    if (job != null && !job.isCancelled() && job.pause(paused)) {
      actions.add(appendOf(job, List.of()));
      lane(job).place(job);
      if (paused) {
        cut(job, now);
      }
    }
    return answer(now);
  }

  /// From now on nothing is handed out, and of what workers have nothing new starts.
  List<Action> rest(long now) {
    resting = true;
    actions.addAll(outstanding.cuts());
    return answer(now);
  }

  /// Whether it rests and no worker has anything.
  boolean isAtRest() {
    return resting && outstanding.size() == 0;
  }

  /// Time has passed; see [#nextDue].
  List<Action> time(long now) {
    return answer(now);
  }

  /// When [#time] has something to do, if nothing else happens before.
  OptionalLong nextDue() {
    long due = Long.MAX_VALUE;
    Again first = waiting.peek();
    if (first != null) {
      due = first.due();
    }
    Long opening = openings.peek();
    if (opening != null) {
      due = Math.min(due, opening);
    }
    due = Math.min(due, limits.nextDue());
    for (Lane lane : lanes.values()) {
      due = Math.min(due, lane.due());
    }
    due = Math.min(due, timetable.nextDue().orElse(Long.MAX_VALUE));
    return due == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(due);
  }

  /// Jobs that have not ended.
  int size() {
    return jobs.size();
  }

  /// Tasks that wait for a worker of the pool.
  long pending(String pool) {
    return jobs.values().stream()
        .filter(job -> job.order.pool().equals(pool))
        .mapToLong(ActiveJob::pending)
        .sum();
  }

  private List<ResultBlock> drop(ActiveJob job) {
    lane(job).leave(job);
    waiting.removeIf(again -> again.job() == job);
    return job.drop();
  }

  private void append(ActiveJob job, List<ResultBlock> blocks) {
    if (blocks.isEmpty()) {
      return;
    }
    actions.add(appendOf(job, blocks));
    forgetIfEnded(job);
  }

  private static Action appendOf(ActiveJob job, List<ResultBlock> blocks) {
    return new Action.Append(job.id(), List.copyOf(blocks), job.standing());
  }

  private void forgetIfEnded(ActiveJob job) {
    if (job.state().isTerminal()) {
      jobs.remove(job.id());
      lane(job).part(job);
      limits.leave(job);
      timetable.remove(job);
    }
  }

  private void await(Again again) {
    again.job().await(again);
    waiting.add(again);
  }

  private List<Action> answer(long now) {
    wakeDue(now);
    limits.wake(now);
    int before;
    do { // what one lane left to another that could not use it goes around
      before = outstanding.size();
      if (!resting) {
        lanes.forEach((name, lane) -> handOut(name, lane, now));
      }
    } while (outstanding.size() > before && !limits.isEmpty() || limits.wakeMore(now));
    if (!resting) {
      lanes.forEach((name, lane) -> cut(name, lane.cuts(now)));
    }
    List<Action> answer = actions;
    actions = new ArrayList<>();
    return answer;
  }

  private void cut(String pool, List<Long> chunks) {
    chunks.forEach(chunk -> actions.add(new Action.Cut(pool, chunk)));
  }

  private void wakeDue(long now) {
    for (Again a = waiting.peek(); a != null && a.due() <= now; a = waiting.peek()) {
      waiting.remove();
      if (a.job().wake(a)) {
        lane(a.job()).place(a.job());
      }
    }
    for (Timetable.Entry e = timetable.poll(now); e != null; e = timetable.poll(now)) {
      if (e.closes()) {
        late(e.job(), now);
      } else {
        e.job().open();
        lane(e.job()).place(e.job());
      }
    }
    while (!openings.isEmpty() && openings.peek() <= now) {
      openings.remove();
    }
  }

  /// A job that is about to grow must not end before it has.
  private void late(ActiveJob job, long now) {
    if (job.isReceiving()) {
      job.shut();
      lane(job).place(job);
      actions.add(new Action.Late(job.id()));
    } else {
      cancel(job, true, deadlineOf(job), now);
    }
  }

  private static Reason deadlineOf(ActiveJob job) {
    return new Reason(
        Reason.Kind.DEADLINE, "its deadline came: " + job.order.job().spec().gates().deadline());
  }

  private void handOut(String name, Lane lane, long now) {
    for (@Nullable ActiveJob job = lane.poll(now); job != null; job = lane.poll(now)) {
      Again chunk = job.take(job.widest(lane.size()), Permits.room(job.permits(), now), now);
      look(job);
      if (chunk == null) {
        continue;
      }
      int count = chunk.end() - chunk.first();
      List<Permits> permits = limits.permits(chunk, now);
      permits.forEach(one -> one.take(count, now));
      Handed handed = Handed.of(chunk, permits, now, job.pace.expected(count));
      long id = outstanding.add(handed);
      lane.handed(job, id, handed);
      lane.place(job);
      actions.add(new Action.Hand(name, id, job.order, chunk));
    }
  }

  private Lane lane(ActiveJob job) {
    Lane lane = lanes.get(job.order.pool());
    if (lane == null) {
      throw new IllegalStateException("no such pool: " + job.order.pool());
    }
    return lane;
  }
}
