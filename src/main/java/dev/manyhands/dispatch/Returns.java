package dev.manyhands.dispatch;

import dev.manyhands.job.Outcomes;
import dev.manyhands.job.Ranges;
import dev.manyhands.job.ResultBlock;
import java.util.ArrayList;
import java.util.List;

/// What comes back from workers, and what it means for the job: the part of the [Scheduler] that
/// ends tasks or has them run again.
final class Returns {
  /// How long a pool that refused a chunk, or a job whose chunk came back untouched, is left alone;
  /// doubled each time.
  private static final long FRUITLESS_NANOS = 50_000_000;

  private static final int FRUITLESS_DOUBLINGS = 7;

  private final Roster roster;

  Returns(Roster roster) {
    this.roster = roster;
  }

  /// Some tasks of a chunk have ended.
  void outcomes(long chunk, Outcomes outcomes, long now) {
    Handed out = roster.outstanding.get(chunk, "outcomes");
    ActiveJob job = out.job();
    roster.lane(job).turns.heard(chunk, now);
    long ran = outcomes.times().totalMicros() * 1000;
    job.pace.measured(outcomes.count(), ran);
    if (outcomes.count() == out.count()) {
      job.pace.handedOver(now - out.since() - ran);
    }
    take(out, outcomes, now);
  }

  private void take(Handed out, Outcomes outcomes, long now) {
    out.open().remove(outcomes.first(), outcomes.end());
    ActiveJob job = out.job();
    if (job.gone) {
      return;
    }
    List<Again> again = new ArrayList<>();
    List<ResultBlock> blocks = job.sort(outcomes, out.attempt(), now, again);
    again.forEach(a -> roster.awaited.add(a.with(out.tasks().keys())));
    if (job.stopsWith(blocks)) {
      blocks.addAll(roster.drop(job));
      roster.cut(job, now);
    }
    roster.append(job, blocks);
  }

  /// A chunk's worker is free; what it had no outcome for was not started.
  void ended(long chunk, long now) {
    giveBack(chunk, roster.outstanding.remove(chunk, "the end"), now);
  }

  /// A chunk's node is gone with it; see [Scheduler#lost].
  void lost(long chunk, List<Outcomes> crashes, long now) {
    Handed out = roster.outstanding.remove(chunk, "a loss");
    if (out.tasks().alone() || !out.job().mayRunAgain()) {
      crashes.forEach(crash -> take(out, crash, now));
      giveBack(chunk, out, now);
    } else {
      giveBack(chunk, out.suspected(), now);
    }
  }

  private void giveBack(long chunk, Handed out, long now) {
    ActiveJob job = out.job();
    Lane lane = roster.lane(job);
    boolean cut = lane.turns.end(chunk);
    long took = now - out.since();
    int answered = out.count() - out.open().size();
    lane.returned(job, took - out.expected());
    out.permits().forEach(permits -> permits.giveBack(0, out.since()));
    if (answered > 0) {
      job.fruitless = 0;
    }
    giveBack(out, answered == 0 && !cut, now);
  }

  /// The pool did not take a chunk that it was to get.
  void refused(long chunk, long now) {
    Handed out = roster.outstanding.remove(chunk, "a refusal");
    ActiveJob job = out.job();
    Lane lane = roster.lane(job);
    lane.turns.end(chunk);
    lane.closeUntil(now + FRUITLESS_NANOS);
    lane.returned(job, -out.expected());
    out.permits().forEach(permits -> permits.giveBack(out.count(), out.since()));
    giveBack(out, false, now);
  }

  private void giveBack(Handed out, boolean fruitless, long now) {
    ActiveJob job = out.job();
    if (job.gone) {
      return;
    }
    if (job.stage.isOver()) {
      roster.append(job, job.unrun(out.open()));
      return;
    }
    List<ResultBlock> unwanted = job.takeUnwanted(out.open());
    roster.append(job, unwanted);
    if (fruitless && unwanted.isEmpty()) {
      long pause = FRUITLESS_NANOS << Math.min(job.fruitless++, FRUITLESS_DOUBLINGS);
      for (Ranges.Range r : out.open().ranges()) {
        roster.awaited.add(out.again(r, now + pause));
      }
    } else {
      job.putBack(out);
    }
    roster.place(job);
  }
}
