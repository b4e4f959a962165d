package dev.manyhands.dispatch;

import dev.manyhands.job.JobId;
import dev.manyhands.job.Ranges;
import dev.manyhands.job.Reason;
import dev.manyhands.job.ResultBlock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The jobs that have not ended, with all that is known of them, and what is to be done about what
/// has just happened. What the parts of the [Scheduler] share; only they touch it.
final class Roster {
  final Lanes lanes = new Lanes();
  final LiveLimits limits = new LiveLimits();
  final Outstanding outstanding = new Outstanding();
  final Awaited awaited = new Awaited();
  final Timetable timetable = new Timetable();

  private final Map<JobId, ActiveJob> jobs = new LinkedHashMap<>();
  private List<Action> actions = new ArrayList<>();

  /// @return none: it has ended, or never was here
  @Nullable ActiveJob find(JobId id) {
    return jobs.get(id);
  }

  Collection<ActiveJob> jobs() {
    return Collections.unmodifiableCollection(jobs.values());
  }

  /// A job comes.
  void enter(ActiveJob job, long now) {
    jobs.put(job.id(), job);
    timetable.add(job);
    lane(job).join(job, limits.join(job, now));
  }

  /// The job is forgotten, and what runs of it is ended.
  ///
  /// @return false if it is not here
  boolean forget(JobId id) {
    ActiveJob job = jobs.get(id);
    if (job == null) {
      return false;
    }
    job.gone = true;
    drop(job);
    remove(job);
    actions.addAll(outstanding.stops(job));
    return true;
  }

  private void remove(ActiveJob job) {
    jobs.remove(job.id());
    timetable.remove(job);
    lane(job).part(job);
    limits.leave(job);
  }

  Lane lane(ActiveJob job) {
    return lanes.of(job);
  }

  /// What the job has to do has changed: it gets in line, or leaves it.
  void place(ActiveJob job) {
    lane(job).place(job);
  }

  /// More of the job is there to be done, unless nothing new of it is to start.
  void placeMore(ActiveJob job) {
    if (job.stage.isOver()) {
      append(job, drop(job));
    } else {
      place(job);
      look(job);
    }
  }

  /// Has the keys of its next tasks told, if it has any.
  void look(ActiveJob job) {
    Ranges.Range range = job.look();
    if (range != null) {
      int block = job.order.blocks().blockOf(range.first());
      act(new Action.Look(job.order, block, range.first(), range.count()));
    }
  }

  /// Everything of the job that no worker has, as tasks that will not run (again).
  List<ResultBlock> drop(ActiveJob job) {
    lane(job).leave(job);
    awaited.removeAllOf(job);
    return job.drop();
  }

  /// Stores blocks of the job, if there are any.
  void append(ActiveJob job, List<ResultBlock> blocks) {
    if (!blocks.isEmpty()) {
      note(job, blocks);
    }
  }

  /// Stores how the job stands, with blocks or without.
  void note(ActiveJob job, List<ResultBlock> blocks) {
    act(new Action.Append(job.id(), List.copyOf(blocks), job.standing()));
    if (job.state().isTerminal()) {
      remove(job);
    }
  }

  /// Nothing new of the job starts; with `kill`, what runs is ended too.
  ///
  /// @param why none: a client wanted it
  void cancel(ActiveJob job, boolean kill, @Nullable Reason why, long now) {
    job.stage.cancel(why);
    // Also without blocks: that it is being cancelled must outlive a restart.
    note(job, drop(job));
    if (kill) {
      actions.addAll(outstanding.stops(job));
    } else {
      cut(job, now);
    }
  }

  /// The job's deadline has come.
  void expire(ActiveJob job, long now) {
    String deadline = "its deadline came: " + job.order.job().spec().gates().deadline();
    cancel(job, true, new Reason(Reason.Kind.DEADLINE, deadline), now);
  }

  /// What workers have of the job comes back, but for the tasks that run.
  void cut(ActiveJob job, long now) {
    outstanding
        .of(job)
        .filter(chunk -> lane(job).turns.cut(chunk, now))
        .forEach(chunk -> act(new Action.Cut(job.order.pool(), chunk)));
  }

  void act(Action action) {
    actions.add(action);
  }

  void act(List<Action> more) {
    actions.addAll(more);
  }

  /// What is to be done, once.
  List<Action> takeActions() {
    List<Action> taken = actions;
    actions = new ArrayList<>();
    return taken;
  }
}
