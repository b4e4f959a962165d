package dev.manyhands.dispatch;

import dev.manyhands.job.DependsOn;
import dev.manyhands.job.InputBlock;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.json.BlockCutter;
import dev.manyhands.store.JobStore;
import java.util.concurrent.Semaphore;

/// Makes the values of jobs that have ended the inputs of another one, which receives them.
///
/// A walk over the values always takes the same way, and the job's own row says how many inputs it
/// has: so whoever goes on after a kill leaves out as many, and each comes in exactly once.
final class Feed {
  /// Jobs that are fed at once: each holds a few blocks, or one input of any size, in memory. Those
  /// that have far more inputs than they have run hold nothing and do not count.
  static final int MOST_AT_ONCE = 2;

  private final Semaphore permits = new Semaphore(MOST_AT_ONCE);
  private final ValueWalk walk;
  private final int maxInput;

  /// @param maxInput bytes of one input
  Feed(JobStore store, int maxInput) {
    this.walk = new ValueWalk(store);
    this.maxInput = maxInput;
  }

  /// Returns when all are committed; or fails when nothing of them is on its way any more, so that
  /// the job's own row says how many came in.
  ///
  /// @param there inputs that the job has already
  /// @throws Refused if they are more, or larger, than a job may have, or the job takes no more
  /// @throws dev.manyhands.store.StoreUnknown if nobody knows whether some came in
  void feed(DependsOn dependsOn, int there, Addition into) {
    permits.acquireUninterruptibly();
    try {
      feedInTurn(dependsOn, there, into);
    } finally {
      permits.release();
    }
  }

  private void feedInTurn(DependsOn dependsOn, int there, Addition into) {
    try {
      switch (dependsOn.inputs()) {
        case OWN -> throw new IllegalArgumentException("the job has its own inputs");
        case VALUES -> feedValues(dependsOn, there, into);
        case WHOLE -> feedWhole(dependsOn, there, into);
      }
    } finally {
      Receipt _ = into.taken(); // what nobody knows is worse than what went wrong before
    }
    into.await();
  }

  private void feedValues(DependsOn dependsOn, int there, Addition into) {
    BlockCutter cutter = new BlockCutter(into::addAtHand);
    int[] skip = {there};
    for (JobId job : dependsOn.jobs()) {
      walk.walk(
          job,
          () -> makeWay(cutter, into),
          into::isFull,
          run -> {
            int left = Math.min(skip[0], run.count());
            skip[0] -= left;
            if (left < run.count()) {
              cutter.add(run.slice(left, run.count() - left));
            }
          });
    }
    cutter.end();
  }

  private void feedWhole(DependsOn dependsOn, int there, Addition into) {
    for (int i = there; i < dependsOn.jobs().size(); i++) {
      makeWay(new BlockCutter(into::addAtHand), into);
      into.addAtHand(new InputBlock(i, whole(dependsOn.jobs().get(i))));
    }
  }

  /// While this job has no room another is fed, since this one may be slow, or paused for days.
  private void makeWay(BlockCutter cutter, Addition into) {
    if (!into.isFull()) {
      return;
    }
    cutter.end();
    permits.release();
    try {
      into.awaitRoom();
    } finally {
      permits.acquireUninterruptibly();
    }
  }

  /// The job's values as one line.
  private JsonLines whole(JobId job) {
    ArrayLine array = new ArrayLine(job, maxInput);
    walk.walk(job, array::add);
    return array.line();
  }

  static Refused tooLarge(JobId job, int max) {
    return new Refused(
        new Refusal.TooLarge(
            "max-input",
            "",
            "expected the values of " + job + " to be at most " + max + " bytes as one input"));
  }
}
