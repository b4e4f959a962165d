package dev.manyhands.dispatch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Gives free workers their next chunks, and takes parts of chunks away from those that have them
/// for too long: the part of the [Scheduler] that comes last, whatever has happened.
final class HandOut {
  private final Roster roster;
  private boolean resting;

  HandOut(Roster roster) {
    this.roster = roster;
  }

  /// From now on nothing is handed out, and of what workers have nothing new starts.
  void rest() {
    resting = true;
    roster.act(roster.outstanding.cuts());
  }

  boolean isResting() {
    return resting;
  }

  /// Does what time or the last event has made possible.
  void run(long now) {
    wakeDue(now);
    roster.limits.wake(now);
    int before;
    do { // what one lane left to another that could not use it goes around
      before = roster.outstanding.size();
      if (!resting) {
        roster.lanes.forEach((name, lane) -> handOut(name, lane, now));
      }
    } while (roster.outstanding.size() > before && !roster.limits.isEmpty()
        || roster.limits.wakeMore(now));
    if (!resting) {
      roster.lanes.forEach((name, lane) -> cut(name, lane.cuts(now)));
    }
  }

  private void wakeDue(long now) {
    for (Again a = roster.awaited.poll(now); a != null; a = roster.awaited.poll(now)) {
      if (a.job().wake(a)) {
        roster.place(a.job());
      }
    }
    Timetable timetable = roster.timetable;
    for (Timetable.Entry e = timetable.poll(now); e != null; e = timetable.poll(now)) {
      if (e.closes()) {
        late(e.job(), now);
      } else {
        e.job().stage.open();
        roster.place(e.job());
      }
    }
  }

  /// A job that is about to grow must not end before it has.
  private void late(ActiveJob job, long now) {
    if (job.stage.isReceiving()) {
      job.stage.shut();
      roster.place(job);
      roster.act(new Action.Late(job.id()));
    } else {
      roster.expire(job, now);
    }
  }

  private void handOut(String name, Lane lane, long now) {
    for (@Nullable ActiveJob job = lane.poll(now); job != null; job = lane.poll(now)) {
      Again chunk = job.take(job.widest(lane.size()), Permits.room(job.permits(), now), now);
      roster.look(job);
      if (chunk == null) {
        continue;
      }
      int count = chunk.end() - chunk.first();
      List<Permits> permits = roster.limits.permits(chunk, now);
      permits.forEach(one -> one.take(count, now));
      Handed handed = Handed.of(chunk, permits, now, job.pace.expected(count));
      long id = roster.outstanding.add(handed);
      lane.handed(job, id, handed);
      lane.place(job);
      roster.act(new Action.Hand(name, id, job.order, chunk));
    }
  }

  private void cut(String pool, List<Long> chunks) {
    chunks.forEach(chunk -> roster.act(new Action.Cut(pool, chunk)));
  }
}
