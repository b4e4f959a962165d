package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.manyhands.job.Care;
import dev.manyhands.job.Failure;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobState;
import dev.manyhands.job.OnFailure;
import dev.manyhands.job.OnWorkerLost;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.Placement;
import dev.manyhands.job.Ranges;
import dev.manyhands.job.Reason;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.job.Retry;
import dev.manyhands.job.Standing;
import dev.manyhands.job.TaskError;
import dev.manyhands.job.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SchedulerTest {
  private static final long MILLI = 1_000_000;

  private final Scheduler scheduler = new Scheduler();
  private final List<Action.Hand> hands = new ArrayList<>();
  private final List<Action.Append> appends = new ArrayList<>();
  private final List<JobId> lates = new ArrayList<>();
  private final List<JobId> removes = new ArrayList<>();
  private final List<Long> cuts = new ArrayList<>();
  private final List<Action.Stop> stops = new ArrayList<>();
  private final List<Action.StopTask> taskStops = new ArrayList<>();
  private long now = 1_000_000_000;

  @Test
  void aFreeWorkerGetsATaskAtOnce() {
    pool(2);
    accept(Jobs.order(5));

    assertThat(hands).extracting(Action.Hand::first).containsExactly(0, 1);
  }

  @Test
  void neverMoreChunksAreOutThanThePoolHasWorkers() {
    accept2(2, Jobs.order(100));

    end(hands.getFirst(), 1000, Map.of());

    assertThat(hands).hasSize(3);
  }

  @Test
  void maxParallelBoundsAJobBelowThePool() {
    accept2(4, Jobs.order(100, new Placement(null, 1, null, 3), Care.DEFAULT));

    assertThat(hands).hasSize(1);
  }

  @Test
  void chunksOfTinyTasksGrow() {
    accept2(1, Jobs.order(100_000));
    end(hands.get(0), 1, Map.of());
    end(hands.get(1), 1, Map.of());

    assertThat(hands).extracting(Action.Hand::count).containsExactly(1, 32, 1024);
  }

  @Test
  void chunksOfLongTasksStayOne() {
    accept2(1, Jobs.order(100));
    end(hands.get(0), 60_000, Map.of());

    assertThat(hands.get(1).count()).isEqualTo(1);
  }

  @Test
  void chunksShrinkNearTheEnd() {
    accept2(1, Jobs.order(20, new Placement(null, null, null, 3), Care.DEFAULT));
    end(hands.get(0), 2_500, Map.of());

    // 19 are left for one worker: 100 ms of work would be 40, half of them are 9.
    assertThat(hands.get(1).count()).isEqualTo(9);
    end(hands.get(1), 2_500, Map.of());
    assertThat(hands.get(2).count()).isEqualTo(5);
  }

  @Test
  void aChunkSizeOfTheClientIsKept() {
    accept2(1, Jobs.order(10, new Placement(null, null, 4, 3), Care.DEFAULT));
    end(hands.get(0), 1, Map.of());
    end(hands.get(1), 1, Map.of());

    assertThat(hands).extracting(Action.Hand::count).containsExactly(4, 4, 2);
  }

  @Test
  void aChunkNeverCrossesABlock() {
    Placement placement = new Placement(null, null, 100, 3);
    accept2(1, Jobs.order(25, placement, Care.DEFAULT, JobState.QUEUED, new Ranges(), 10));
    end(hands.get(0), 1, Map.of());
    end(hands.get(1), 1, Map.of());

    assertThat(hands).extracting(Action.Hand::count).containsExactly(10, 10, 5);
  }

  @Test
  void theLastOutcomeEndsTheJobInTheSameAppend() {
    accept2(1, Jobs.order(1));
    end(hands.getFirst(), 1, Map.of());

    assertThat(appends)
        .singleElement()
        .extracting(SchedulerTest::state)
        .isEqualTo(JobState.SUCCEEDED);
    assertThat(scheduler.size()).isZero();
  }

  @Test
  void oneFailureMakesTheJobFailedAndLosesNoNeighbour() {
    accept2(1, Jobs.order(3, new Placement(null, null, 3, 3), Care.DEFAULT));
    end(hands.getFirst(), 1, Map.of(1, Outcome.FAILED));

    assertThat(appends).singleElement().extracting(SchedulerTest::state).isEqualTo(JobState.FAILED);
    assertThat(appends.getFirst().blocks())
        .singleElement()
        .extracting(ResultBlock::count)
        .isEqualTo(3);
  }

  @Test
  void aFailedTaskIsTriedAgainAfterItsBackoffOnly() {
    accept2(1, Jobs.order(3, new Placement(null, null, 3, 3), retry(2, Duration.ofMillis(200))));
    end(hands.getFirst(), 1, Map.of(1, Outcome.FAILED));

    assertThat(appends.getFirst().blocks()).extracting(ResultBlock::first).containsExactly(0, 2);
    assertThat(scheduler.nextDue()).hasValue(now + 200 * MILLI);
    now += 199 * MILLI;
    take(scheduler.time(now));
    assertThat(hands).hasSize(1);
    now += MILLI;
    take(scheduler.time(now));
    assertThat(hands.get(1)).matches(h -> h.first() == 1 && h.count() == 1 && h.attempt() == 2);
  }

  @Test
  void theLastAttemptStands() {
    accept2(1, Jobs.order(1, Placement.ANYWHERE, retry(2, Duration.ZERO)));
    end(hands.get(0), 1, Map.of(0, Outcome.FAILED));
    end(hands.get(1), 1, Map.of(0, Outcome.FAILED));

    assertThat(appends).singleElement().extracting(SchedulerTest::state).isEqualTo(JobState.FAILED);
  }

  @Test
  void neighboursThatFailTogetherAreTriedAgainTogether() {
    accept2(1, Jobs.order(5, new Placement(null, null, 5, 3), retry(2, Duration.ZERO)));
    end(hands.get(0), 1, Map.of(1, Outcome.FAILED, 2, Outcome.FAILED, 3, Outcome.FAILED));

    assertThat(hands.get(1)).matches(h -> h.first() == 1 && h.count() == 3);
  }

  @Test
  void aCrashCostsOnlyTheTaskThatRanWhichThenRunsAlone() {
    accept2(1, Jobs.order(10, new Placement(null, null, 10, 3), Care.DEFAULT));
    Action.Hand hand = hands.getFirst();
    outcomes(hand, 0, 4, 1, Map.of(3, Outcome.CRASHED));
    take(scheduler.ended(hand.chunk(), now));

    assertThat(hands.get(1)).matches(h -> h.first() == 3 && h.count() == 1 && h.attempt() == 2);
    end(hands.get(1), 1, Map.of());
    assertThat(hands.get(2)).matches(h -> h.first() == 4 && h.count() == 6 && h.attempt() == 1);
  }

  @Test
  void aTaskThatKeepsKillingItsWorkerEndsAsCrashed() {
    accept2(1, Jobs.order(1));
    for (int crash = 0; crash < 3; crash++) {
      end(hands.get(crash), 1, Map.of(0, Outcome.CRASHED));
    }

    assertThat(hands).extracting(hand -> hand.tasks().alone()).containsExactly(false, true, true);
    assertThat(appends).singleElement().extracting(SchedulerTest::state).isEqualTo(JobState.FAILED);
  }

  @Test
  void aCrashIsFinalWhereATaskMayRunOnlyOnce() {
    Care care =
        new Care(Timeouts.NONE, Retry.NEVER, OnFailure.CONTINUE, new OnWorkerLost(false, 3));
    accept2(1, Jobs.order(1, Placement.ANYWHERE, care));
    end(hands.getFirst(), 1, Map.of(0, Outcome.CRASHED));

    assertThat(appends).hasSize(1);
  }

  @Test
  void tasksOfALostNodeRunAloneUntilTheOneThatKillsItHasCrashed() {
    accept2(1, Jobs.order(3, new Placement(null, null, 3, 3), Care.DEFAULT));
    outcomes(hands.getFirst(), 0, 1, 1, Map.of());
    lose(hands.getFirst(), 1, 2);

    for (int next = 1; next < hands.size(); next++) {
      Action.Hand hand = hands.get(next);
      assertThat(hand.count()).isEqualTo(1);
      if (hand.first() == 1) {
        lose(hand, 1, 1);
      } else {
        end(hand, 1, Map.of());
      }
    }

    assertThat(hands).extracting(Action.Hand::first).containsOnlyOnce(2);
    assertThat(hands).extracting(Action.Hand::first).filteredOn(first -> first == 1).hasSize(3);
    assertThat(appends.getLast()).extracting(SchedulerTest::state).isEqualTo(JobState.FAILED);
  }

  @Test
  void theLossOfANodeIsFinalWhereATaskMayRunOnlyOnce() {
    Care care =
        new Care(Timeouts.NONE, Retry.NEVER, OnFailure.CONTINUE, new OnWorkerLost(false, 3));
    accept2(1, Jobs.order(2, new Placement(null, null, 2, 3), care));
    lose(hands.getFirst(), 0, 2);

    assertThat(appends).singleElement().extracting(SchedulerTest::state).isEqualTo(JobState.FAILED);
  }

  private void lose(Action.Hand hand, int first, int count) {
    Map<Integer, Outcome> all = new TreeMap<>();
    IntStream.range(first, first + count).forEach(index -> all.put(index, Outcome.CRASHED));
    take(scheduler.lost(hand.chunk(), List.of(Jobs.outcomes(first, count, 0, all)), now));
    now += 1000 * MILLI;
    take(scheduler.time(now));
  }

  @Test
  void theFirstFailureSkipsWhatHasNotStarted() {
    Care care = new Care(Timeouts.NONE, Retry.NEVER, OnFailure.STOP, OnWorkerLost.RERUN);
    accept2(2, Jobs.order(10, Placement.ANYWHERE, care));
    end(hands.get(0), 1, Map.of(0, Outcome.FAILED));

    assertThat(appends.getFirst().blocks()).contains(new ResultBlock.Unrun(2, 8, Outcome.SKIPPED));
    assertThat(appends.getFirst().standing().state()).isEqualTo(JobState.RUNNING);
    end(hands.get(1), 1, Map.of());
    assertThat(appends.getLast().standing().state()).isEqualTo(JobState.FAILED);
  }

  @Test
  void aCancelledJobLetsWhatRunsFinish() {
    Order order = Jobs.order(10);
    accept2(1, order);
    take(scheduler.cancel(order.job().id(), false, now));

    assertThat(stops).isEmpty();
    assertThat(appends.getFirst().standing().state()).isEqualTo(JobState.CANCELLING);
    end(hands.getFirst(), 1, Map.of());
    assertThat(appends.getLast().standing().state()).isEqualTo(JobState.CANCELLED);
    assertThat(hands).hasSize(1);
  }

  @Test
  void aKilledJobStopsItsWorkersToo() {
    Order order = Jobs.order(10);
    accept2(1, order);
    take(scheduler.cancel(order.job().id(), true, now));

    assertThat(stops).extracting(Action.Stop::chunk).containsExactly(hands.getFirst().chunk());
  }

  @Test
  void aCancelledTaskThatNoWorkerHasEndsAtOnceAndTheOthersRun() {
    Order order = Jobs.order(3);
    accept2(1, order);
    take(scheduler.cancelTask(order.job().id(), 1, now));

    assertThat(appends.getFirst().blocks())
        .containsExactly(new ResultBlock.Unrun(1, 1, Outcome.CANCELLED));
    assertThat(taskStops).isEmpty();
    assertThat(scheduler.isOpen(order.job().id(), 1)).isFalse();
    end(hands.get(0), 1, Map.of());
    end(hands.get(1), 1, Map.of());
    assertThat(hands).extracting(Action.Hand::first).containsExactly(0, 2);
    assertThat(appends.getLast().standing().state()).isEqualTo(JobState.FAILED);
  }

  @Test
  void aCancelledTaskThatRunsIsStoppedAndNotTriedAgain() {
    Order order = Jobs.order(4, new Placement(null, null, 4, 3), retry(3, Duration.ofMillis(100)));
    accept2(1, order);
    take(scheduler.cancelTask(order.job().id(), 1, now));

    assertThat(taskStops)
        .containsExactly(new Action.StopTask("threads", hands.getFirst().chunk(), 1));
    assertThat(appends).isEmpty();
    outcomes(hands.getFirst(), 0, 2, 1, Map.of(1, Outcome.CRASHED));
    take(scheduler.ended(hands.getFirst().chunk(), now));
    assertThat(hands).extracting(Action.Hand::first).containsExactly(0, 2);
    end(hands.get(1), 1, Map.of());
    assertThat(appends.getLast().standing().state()).isEqualTo(JobState.FAILED);
  }

  @Test
  void aCancelledTaskThatItsWorkerDidNotStartIsNotHandedOutAgain() {
    Order order = Jobs.order(4, new Placement(null, null, 4, 3), Care.DEFAULT);
    accept2(1, order);
    take(scheduler.cancelTask(order.job().id(), 2, now));
    outcomes(hands.getFirst(), 0, 2, 1, Map.of());
    take(scheduler.ended(hands.getFirst().chunk(), now));

    assertThat(appends.getLast().blocks())
        .containsExactly(new ResultBlock.Unrun(2, 1, Outcome.CANCELLED));
    assertThat(hands).extracting(Action.Hand::first).containsExactly(0, 3);
  }

  @Test
  void aCancelledTaskDoesNotWaitForItsNextAttempt() {
    Order order = Jobs.order(3, new Placement(null, null, 3, 3), retry(2, Duration.ofMillis(100)));
    accept2(1, order);
    end(hands.getFirst(), 1, Map.of(0, Outcome.FAILED, 1, Outcome.FAILED));
    take(scheduler.cancelTask(order.job().id(), 0, now));

    assertThat(appends.getLast().blocks())
        .containsExactly(new ResultBlock.Unrun(0, 1, Outcome.CANCELLED));
    now += 100 * MILLI;
    take(scheduler.time(now));
    assertThat(hands.getLast().first()).isEqualTo(1);
    end(hands.getLast(), 1, Map.of());
    assertThat(appends.getLast().standing().state()).isEqualTo(JobState.FAILED);
  }

  @Test
  void aTaskThatRanOutOfMemoryRunsOnceMoreAloneAndThenFails() {
    accept2(1, Jobs.order(3, new Placement(null, null, 3, 3), Care.DEFAULT));
    take(scheduler.outcomes(hands.getFirst().chunk(), outOfMemory(0, 3, 1), now));
    take(scheduler.ended(hands.getFirst().chunk(), now));

    assertThat(hands.getLast().first()).isEqualTo(1);
    assertThat(hands.getLast().count()).isEqualTo(1);
    assertThat(hands.getLast().attempt()).isEqualTo(2);
    assertThat(hands.getLast().tasks().alone()).isTrue();
    take(scheduler.outcomes(hands.getLast().chunk(), outOfMemory(1, 1, 1), now));
    take(scheduler.ended(hands.getLast().chunk(), now));
    assertThat(hands).hasSize(2);
    assertThat(appends.getLast().standing().state()).isEqualTo(JobState.FAILED);
  }

  @Test
  void aTaskThatMayRunOnlyOnceDoesNotRunAgainForItsMemory() {
    Care care =
        new Care(Timeouts.NONE, Retry.NEVER, OnFailure.CONTINUE, new OnWorkerLost(false, 3));
    accept2(1, Jobs.order(1, Placement.ANYWHERE, care));
    take(scheduler.outcomes(hands.getFirst().chunk(), outOfMemory(0, 1, 0), now));

    assertThat(appends.getLast().standing().state()).isEqualTo(JobState.FAILED);
  }

  private static Outcomes outOfMemory(int first, int count, int index) {
    Outcomes plain = Jobs.outcomes(first, count, 1, Map.of(index, Outcome.FAILED));
    TaskError error = TaskError.limit("MemoryLimit", "too much", null, null);
    return new Outcomes(
        first,
        plain.values(),
        List.of(new Failure(index, Outcome.FAILED, error)),
        plain.times(),
        List.of(),
        plain.stint());
  }

  @Test
  void aCancelledTaskStopsNoJobThatStopsAtItsFirstFailure() {
    Care care = new Care(Timeouts.NONE, Retry.NEVER, OnFailure.STOP, OnWorkerLost.RERUN);
    accept2(1, Jobs.order(3, Placement.ANYWHERE, care));
    end(hands.get(0), 1, Map.of(0, Outcome.CANCELLED));

    assertThat(hands).hasSize(2);
  }

  @Test
  void tasksThatACancelledChunkDidNotStartAreCancelled() {
    Order order = Jobs.order(10, new Placement(null, null, 10, 3), Care.DEFAULT);
    accept2(1, order);
    take(scheduler.cancel(order.job().id(), true, now));
    outcomes(hands.getFirst(), 0, 3, 1, Map.of(2, Outcome.CANCELLED));
    take(scheduler.ended(hands.getFirst().chunk(), now));

    assertThat(appends.getLast().blocks())
        .containsExactly(new ResultBlock.Unrun(3, 7, Outcome.CANCELLED));
    assertThat(appends.getLast().standing().state()).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void aCancelOfAJobWhoseTasksAllSucceedLeavesItSucceeded() {
    Order order = Jobs.order(1);
    accept2(1, order);
    take(scheduler.cancel(order.job().id(), false, now));
    end(hands.getFirst(), 1, Map.of());

    assertThat(appends)
        .extracting(SchedulerTest::state)
        .containsExactly(JobState.CANCELLING, JobState.SUCCEEDED);
  }

  @Test
  void aSmallJobIsServedBeforeTheRestOfAGiantOne() {
    accept2(1, Jobs.order(1_000_000));
    end(hands.getFirst(), 100, Map.of());
    Order small = Jobs.order(1);
    accept(small);
    end(hands.get(1), 100, Map.of());

    assertThat(hands.get(2).order()).isEqualTo(small);
  }

  @Test
  void twoJobsShareAPoolInEqualTime() {
    Order quick = Jobs.order(1000, new Placement(null, null, 1, 3), Care.DEFAULT);
    Order slow = Jobs.order(1000, new Placement(null, null, 1, 3), Care.DEFAULT);
    pool(1);
    accept(quick);
    accept(slow);
    int quicks = 0;
    for (int i = 0; i < 440; i++) {
      Action.Hand hand = hands.getLast();
      boolean isQuick = hand.order().equals(quick);
      quicks += isQuick ? 1 : 0;
      end(hand, isQuick ? 1_000 : 10_000, Map.of());
    }

    assertThat(quicks).isBetween(380, 410);
  }

  @Test
  void whatRanBeforeARestartIsNotHandedOutAgain() {
    Ranges done = new Ranges();
    done.add(0, 4);
    done.add(6, 8);
    Placement placement = new Placement(null, null, 100, 3);
    accept2(4, Jobs.order(10, placement, Care.DEFAULT, JobState.RUNNING, done, 100));

    assertThat(hands).extracting(Action.Hand::first).containsExactly(4, 8);
    assertThat(hands).extracting(Action.Hand::count).containsExactly(2, 2);
  }

  @Test
  void aJobThatWasBeingCancelledAtARestartEndsAtOnce() {
    accept2(
        1, Jobs.order(3, Placement.ANYWHERE, Care.DEFAULT, JobState.CANCELLING, new Ranges(), 100));

    assertThat(hands).isEmpty();
    assertThat(appends)
        .singleElement()
        .extracting(SchedulerTest::state)
        .isEqualTo(JobState.CANCELLED);
  }

  @Test
  void aRefusedChunkIsOfferedAgainLaterWithoutSpinning() {
    accept2(1, Jobs.order(1));
    take(scheduler.refused(hands.getFirst().chunk(), now));

    assertThat(hands).hasSize(1);
    now = scheduler.nextDue().orElseThrow();
    take(scheduler.time(now));
    assertThat(hands).hasSize(2);
  }

  @Test
  void aChunkThatComesBackUntouchedWaitsLongerEachTime() {
    accept2(1, Jobs.order(1));
    take(scheduler.ended(hands.getFirst().chunk(), now));
    long first = scheduler.nextDue().orElseThrow() - now;
    now += first;
    take(scheduler.time(now));
    take(scheduler.ended(hands.get(1).chunk(), now));

    assertThat(scheduler.nextDue().orElseThrow() - now).isEqualTo(2 * first);
  }

  @Test
  void aLargerPoolIsUsedAtOnceAndASmallerOneAsItsWorkersFinish() {
    accept2(1, Jobs.order(100));
    take(scheduler.pool("threads", 3, now));
    assertThat(hands).hasSize(3);

    take(scheduler.pool("threads", 1, now));
    end(hands.get(0), 30_000, Map.of());
    end(hands.get(1), 30_000, Map.of());
    assertThat(hands).hasSize(3);
    end(hands.get(2), 30_000, Map.of());
    assertThat(hands).hasSize(4);
  }

  @Test
  void outcomesOfAnIndexTwiceAreRefused() {
    accept2(1, Jobs.order(10, new Placement(null, null, 10, 3), Care.DEFAULT));
    outcomes(hands.getFirst(), 0, 1, 1, Map.of());

    assertThatThrownBy(() ->
            scheduler.outcomes(hands.getFirst().chunk(), Jobs.outcomes(0, 1, 1, Map.of()), now))
        .isInstanceOf(IllegalStateException.class);
  }

  private static JobState state(Action.Append append) {
    return append.standing().state();
  }

  @Test
  void aStepOfPriorityDoublesAJobsShare() {
    pool(1);
    Placement high = new Placement(null, null, 1, 4);
    Placement low = new Placement(null, null, 1, 2);
    Order served = Jobs.order(1000, high, Care.DEFAULT);
    accept(served);
    accept(Jobs.order(1000, low, Care.DEFAULT));
    for (int i = 0; i < 100; i++) {
      end(hands.getLast(), 1000, Map.of());
    }

    long ofHigh =
        hands.stream().filter(h -> h.order().job().id().equals(served.job().id())).count();
    assertThat(ofHigh).isBetween(79L, 83L); // four fifths of 101
  }

  @Test
  void aJobWithAStartWaitsForIt() {
    pool(1);
    accept(Jobs.order(1), new Hold(now + 100, Hold.NONE.closes(), false));

    assertThat(hands).isEmpty();
    assertThat(scheduler.pending("threads")).isZero();
    assertThat(scheduler.nextDue()).hasValue(now + 100);
    now += 100;
    take(scheduler.time(now));
    assertThat(hands).hasSize(1);
  }

  @Test
  void atItsDeadlineAJobIsCancelledAndWhatRunsIsEnded() {
    pool(1);
    accept(Jobs.order(3), new Hold(Hold.NONE.opens(), now + 100, false));
    now += 100;
    take(scheduler.time(now));

    assertThat(stops).singleElement().extracting(Action.Stop::chunk).isEqualTo(1L);
    assertThat(appends)
        .singleElement()
        .extracting(SchedulerTest::state)
        .isEqualTo(JobState.CANCELLING);
    take(scheduler.ended(hands.getFirst().chunk(), now));
    assertThat(appends.getLast().standing().state()).isEqualTo(JobState.EXPIRED);
    assertThat(appends.getLast().standing().reason())
        .extracting(Reason::kind)
        .isEqualTo(Reason.Kind.DEADLINE);
    assertThat(appends)
        .flatExtracting(Action.Append::blocks)
        .extracting(block -> ((ResultBlock.Unrun) block).outcome())
        .containsOnly(Outcome.CANCELLED);
    assertThat(scheduler.nextDue()).isEmpty();
  }

  @Test
  void aJobThatReceivesExpiresWhenItGrowsNoMore() {
    pool(1);
    Order order =
        Jobs.order(2, Placement.ANYWHERE, Care.DEFAULT, JobState.RECEIVING, new Ranges(), 10);
    accept(order, new Hold(Hold.NONE.opens(), now + 100, false));
    now += 100;
    take(scheduler.time(now));
    assertThat(lates).containsExactly(order.job().id());
    assertThat(appends).isEmpty();

    take(scheduler.grow(order.job().id(), new int[] {3}, now));
    take(scheduler.expire(order.job().id(), now));
    take(scheduler.ended(hands.getFirst().chunk(), now));
    assertThat(hands).hasSize(1);
    assertThat(appends.getLast().standing().state()).isEqualTo(JobState.EXPIRED);
    assertThat(appends.stream().flatMap(append -> append.blocks().stream()))
        .extracting(ResultBlock::count)
        .containsExactlyInAnyOrder(1, 4);
  }

  @Test
  void aJobThatWaitsForOthersStartsWhenItIsReleased() {
    pool(1);
    Order order = Jobs.order(1);
    accept(order, new Hold(Hold.NONE.opens(), Hold.NONE.closes(), true));
    assertThat(hands).isEmpty();

    take(scheduler.release(order.job().id(), now));
    assertThat(hands).hasSize(1);
  }

  @Test
  void aJobThatEndedLeavesNoDeadlineBehind() {
    pool(1);
    accept(Jobs.order(1), new Hold(Hold.NONE.opens(), now + 100_000_000, false));
    end(hands.getFirst(), 1, Map.of());

    assertThat(scheduler.nextDue()).isEmpty();
  }

  @Test
  void aCancelledJobIsNotExpiredByItsDeadlineButEndsThen() {
    pool(1);
    Order order = Jobs.order(2);
    accept(order, new Hold(Hold.NONE.opens(), now + 100, false));
    take(scheduler.cancel(order.job().id(), false, now));
    assertThat(stops).isEmpty();
    now += 100;
    take(scheduler.time(now));
    take(scheduler.ended(hands.getFirst().chunk(), now));

    assertThat(stops).hasSize(1);
    assertThat(appends.getLast().standing()).isEqualTo(Standing.of(JobState.CANCELLED));
  }

  @Test
  void aPausedJobStartsNothingNewAndWhatRunsGoesOn() {
    pool(1);
    Order order = Jobs.order(2);
    accept(order);
    take(scheduler.pause(order.job().id(), now));
    assertThat(appends.getLast().standing().state()).isEqualTo(JobState.PAUSED);

    end(hands.getFirst(), 1000, Map.of());
    assertThat(appends.getLast().standing().state()).isEqualTo(JobState.PAUSED);
    assertThat(hands).hasSize(1);

    take(scheduler.resume(order.job().id(), now));
    assertThat(appends.getLast().standing().state()).isEqualTo(JobState.RUNNING);
    assertThat(hands).hasSize(2);
  }

  @Test
  void aPauseOfWhatIsPausedChangesNothing() {
    pool(1);
    Order order = Jobs.order(2);
    accept(order);
    take(scheduler.pause(order.job().id(), now));
    take(scheduler.pause(order.job().id(), now));

    assertThat(appends).hasSize(1);
  }

  @Test
  void aPausedJobWhoseLastTaskEndsHasEnded() {
    pool(1);
    Order order = Jobs.order(1);
    accept(order);
    take(scheduler.pause(order.job().id(), now));
    end(hands.getFirst(), 1000, Map.of());

    assertThat(appends.getLast().standing().state()).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void aJobThatWasPausedBeforeARestartStaysSo() {
    pool(1);
    Order order =
        Jobs.order(2, Placement.ANYWHERE, Care.DEFAULT, JobState.PAUSED, new Ranges(), 10);
    accept(order);
    assertThat(hands).isEmpty();

    take(scheduler.resume(order.job().id(), now));
    assertThat(appends.getFirst().standing().state()).isEqualTo(JobState.QUEUED);
    assertThat(hands).hasSize(1);
  }

  @Test
  void whoNeverHadAWorkerGetsOneAfterAShortTurn() {
    Action.Hand long1 = aLongChunk(1);
    accept(Jobs.order(1));
    assertThat(cuts).as("its turn has just begun").isEmpty();
    assertThat(scheduler.nextDue()).hasValue(now + Turns.SHORT_TURN_NANOS);

    pass(Turns.SHORT_TURN_NANOS);
    assertThat(cuts).containsExactly(long1.chunk());

    comeBack(long1, 3);
    assertThat(hands.getLast().count()).as("the other job's task").isEqualTo(1);
    assertThat(hands.getLast().order()).isNotEqualTo(long1.order());
  }

  @Test
  void whoHadAWorkerGetsOneAfterAWholeTurn() {
    Action.Hand long1 = aLongChunk(1);
    accept(Jobs.order(100));
    pass(Turns.SHORT_TURN_NANOS);
    comeBack(long1, 1);
    Action.Hand again = hands.getLast();
    for (; !again.order().equals(long1.order()); again = hands.getLast()) {
      end(again, 10_000, Map.of());
    }
    assertThat(again.count()).isGreaterThan(1);

    pass(Turns.TURN_NANOS - 1);
    assertThat(cuts).hasSize(1);
    pass(1);
    assertThat(cuts).containsExactly(long1.chunk(), again.chunk());
  }

  @Test
  void whoWasCutForAnotherDoesNotGoBeforeIt() {
    Action.Hand long1 = aLongChunk(2);
    Action.Hand long2 = hands.getLast();
    pass(Turns.TURN_NANOS);
    accept(Jobs.order(1));
    comeBack(long1, 1);
    Action.Hand newcomer = hands.getLast();
    assertThat(newcomer.order()).isNotEqualTo(long1.order());

    accept(Jobs.order(1));
    comeBack(long2, 1);
    assertThat(hands.getLast().order()).isNotIn(long1.order(), newcomer.order());
  }

  @Test
  void aTurnThatIsOverIsCutAtOnceAndOnce() {
    Action.Hand long1 = aLongChunk(1);
    pass(Turns.TURN_NANOS);
    assertThat(cuts).as("nobody waits").isEmpty();

    accept(Jobs.order(1));
    assertThat(cuts).containsExactly(long1.chunk());
    accept(Jobs.order(1));
    take(scheduler.time(now));
    assertThat(cuts).hasSize(1);
  }

  @Test
  void whatIsCutOffGoesOnLaterAndIsNotFruitless() {
    Action.Hand long1 = aLongChunk(1);
    pass(Turns.TURN_NANOS);
    accept(Jobs.order(1));

    comeBack(long1, 0);
    end(hands.getLast(), 1000, Map.of());
    assertThat(hands.getLast().first()).isEqualTo(long1.first());
  }

  @Test
  void twoTurnsEndForWhoNeverHadAWorkerAndAnotherWhereBothAreStuckInALongTask() {
    aLongChunk(3);
    List<Long> all =
        hands.subList(hands.size() - 3, hands.size()).stream().map(Action.Hand::chunk).toList();
    pass(Turns.TURN_NANOS);
    accept(Jobs.order(1));
    assertThat(cuts).as("one of them comes back first").isEqualTo(all.subList(0, 2));
    pass(Turns.TURN_NANOS);

    assertThat(cuts).isEqualTo(all);
  }

  @Test
  void thoseThatNeedNotMakeWayHideNobodyHoweverManyTheyAre() {
    aHundredStuckAndALongChunk(101);
    cuts.clear();
    accept(Jobs.order(1));
    pass(Turns.TURN_NANOS);
    pass(Turns.TURN_NANOS);

    assertThat(cuts).containsExactly(hands.getLast().chunk());
  }

  @Test
  void thoseThatWereCutAndDoNotComeBackHideNobodyHoweverManyTheyAre() {
    List<Action.Hand> stuck = aHundredStuckAndALongChunk(101);
    cuts.clear();
    take(scheduler.cancel(stuck.getFirst().order().job().id(), false, now));
    assertThat(cuts).hasSize(100);
    pass(Turns.TURN_NANOS);
    accept(Jobs.order(1));

    assertThat(cuts).hasSize(101).endsWith(hands.getLast().chunk());
  }

  @Test
  void thoseThatHaveNothingToGiveHideNobodyHoweverManyTheyAre() {
    accept2(102, Jobs.order(1000, new Placement(null, 100, 2, 3), Care.DEFAULT));
    accept(Jobs.order(2000));
    end(hands.get(100), 10_000, Map.of());
    Action.Hand slow = hands.getLast();
    assertThat(slow.count()).isGreaterThan(2);
    end(hands.get(101), 10_000, Map.of());
    for (int before = 0; before < hands.size(); ) {
      before = hands.size();
      end(hands.getLast(), 10_000, Map.of());
    }
    pass(Turns.TURN_NANOS);
    pass(Turns.TURN_NANOS);

    assertThat(cuts).as("for the worker that is idle").containsExactly(slow.chunk());
  }

  /// A hundred workers have two tasks each of a job that may have no more, since long ago; another
  /// has a thousand tasks of 10 ms, which came last.
  private List<Action.Hand> aHundredStuckAndALongChunk(int workers) {
    accept2(workers, Jobs.order(1000, new Placement(null, 100, 2, 3), Care.DEFAULT));
    List<Action.Hand> stuck = List.copyOf(hands);
    accept(Jobs.order(2000, new Placement(null, null, 1000, 3), Care.DEFAULT));
    end(hands.get(100), 10_000, Map.of());
    return stuck;
  }

  @Test
  void aWorkerWithNothingToDoGetsAPartOfALongChunk() {
    Action.Hand long1 = aLongChunk(2);
    for (Action.Hand other = hands.getLast(); cuts.isEmpty(); other = hands.getLast()) {
      end(other, 10_000, Map.of());
    }
    assertThat(cuts).containsExactly(long1.chunk());

    comeBack(long1, 1);
    List<Action.Hand> shared = hands.subList(hands.size() - 2, hands.size());
    assertThat(shared)
        .as("both workers have some of it")
        .allSatisfy(hand ->
            assertThat(hand.first())
                .isBetween(long1.first() + 1, long1.first() + long1.count() - 1));
  }

  @Test
  void aJobThatMayNotRunOnMoreWorkersIsNotShared() {
    accept2(2, Jobs.order(1000, new Placement(null, 1, null, 3), Care.DEFAULT));
    end(hands.getFirst(), 10_000, Map.of());
    assertThat(hands.getLast().count()).isGreaterThan(1);
    pass(1_000_000_000);

    assertThat(cuts).isEmpty();
  }

  @Test
  void chunksOfTasksThatMayRunOnlyOnceStayShort() {
    Care care =
        new Care(Timeouts.NONE, Retry.NEVER, OnFailure.CONTINUE, new OnWorkerLost(false, 1));
    accept2(1, Jobs.order(1000, Placement.ANYWHERE, care));
    end(hands.getFirst(), 10_000, Map.of());

    assertThat(hands.getLast().count()).isEqualTo(2);
  }

  @Test
  void drainAndPauseAndTheFirstFailureLetOnlyTheTaskThatRunsEnd() {
    Action.Hand drained = aLongChunk(1);
    take(scheduler.cancel(drained.order().job().id(), false, now));
    assertThat(cuts).containsExactly(drained.chunk());
    comeBack(drained, 1);

    Action.Hand paused = aLongChunk(1);
    take(scheduler.pause(paused.order().job().id(), now));
    assertThat(cuts).hasSize(2).endsWith(paused.chunk());
  }

  /// A job whose tasks take 10 ms, and of which each worker has ten; the oldest of these chunks.
  private Action.Hand aLongChunk(int workers) {
    accept2(workers, Jobs.order(1000));
    List<Action.Hand> first = List.copyOf(hands.subList(hands.size() - workers, hands.size()));
    first.forEach(hand -> end(hand, 10_000, Map.of()));
    Action.Hand oldest = hands.get(hands.size() - workers);
    assertThat(oldest.count()).isEqualTo(10);
    return oldest;
  }

  /// The chunk comes back with so many of its tasks done, 10 ms each.
  private void comeBack(Action.Hand hand, int done) {
    if (done > 0) {
      outcomes(hand, 0, done, 10_000, Map.of());
    }
    take(scheduler.ended(hand.chunk(), now));
  }

  private void pass(long nanos) {
    now += nanos;
    take(scheduler.time(now));
  }

  private static Care retry(int attempts, Duration backoff) {
    Retry retry = new Retry(attempts, backoff, Duration.ofMinutes(1));
    return new Care(Timeouts.NONE, retry, OnFailure.CONTINUE, OnWorkerLost.RERUN);
  }

  private void pool(int size) {
    take(scheduler.pool("threads", size, now));
  }

  private void accept(Order order) {
    accept(order, Hold.NONE);
  }

  private void accept(Order order, Hold hold) {
    take(scheduler.accept(order, hold, now));
  }

  @Test
  void atRestNothingNewStartsAndWhatRunsIsTakenToItsEnd() {
    accept2(2, Jobs.order(10, new Placement(null, null, 3, 3), Care.DEFAULT));
    take(scheduler.rest(now));
    assertThat(cuts).containsExactly(hands.get(0).chunk(), hands.get(1).chunk());
    accept(Jobs.order(5));

    outcomes(hands.get(0), 0, 1, 1000, Map.of());
    take(scheduler.ended(hands.get(0).chunk(), now));
    assertThat(scheduler.isAtRest()).isFalse();
    end(hands.get(1), 1000, Map.of());
    now += 60_000 * MILLI;
    take(scheduler.time(now));

    assertThat(hands).hasSize(2);
    assertThat(appends).hasSize(2);
    assertThat(scheduler.isAtRest()).isTrue();
  }

  @Test
  void atRestNoPoolIsTriedAgain() {
    accept2(1, Jobs.order(10));
    take(scheduler.refused(hands.get(0).chunk(), now));
    assertThat(scheduler.nextDue()).isPresent();

    take(scheduler.rest(now));
    assertThat(scheduler.nextDue()).isEmpty();
  }

  private void accept2(int workers, Order order) {
    pool(workers);
    accept(order);
  }

  private void outcomes(
      Action.Hand hand, int skip, int count, long micros, Map<Integer, Outcome> failed) {
    take(
        scheduler.outcomes(
            hand.chunk(), Jobs.outcomes(hand.first() + skip, count, micros, failed), now));
  }

  /// All tasks of the chunk end, each after `micros`.
  private void end(Action.Hand hand, long micros, Map<Integer, Outcome> failed) {
    now += micros * 1000 * hand.count();
    outcomes(hand, 0, hand.count(), micros, failed);
    take(scheduler.ended(hand.chunk(), now));
  }

  private void take(List<Action> actions) {
    for (Action action : actions) {
      switch (action) {
        case Action.Hand hand -> hands.add(hand);
        case Action.Append append -> appends.add(append);
        case Action.Cut cut -> cuts.add(cut.chunk());
        case Action.StopTask stop -> taskStops.add(stop);
        case Action.Stop stop -> stops.add(stop);
        case Action.Late late -> lates.add(late.job());
        case Action.Remove remove -> removes.add(remove.job());
        case Action.Look look -> throw new AssertionError("these jobs have no keys: " + look);
      }
    }
  }
}
