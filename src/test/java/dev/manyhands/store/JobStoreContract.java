package dev.manyhands.store;

import static dev.manyhands.store.Samples.accept;
import static dev.manyhands.store.Samples.ended;
import static dev.manyhands.store.Samples.failure;
import static dev.manyhands.store.Samples.inputs;
import static dev.manyhands.store.Samples.job;
import static dev.manyhands.store.Samples.ran;
import static dev.manyhands.store.Samples.ranAgain;
import static dev.manyhands.store.Samples.running;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.manyhands.job.Counts;
import dev.manyhands.job.Failure;
import dev.manyhands.job.Gates;
import dev.manyhands.job.IdempotencyKey;
import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobFilter;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobState;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Keeping;
import dev.manyhands.job.LargeValue;
import dev.manyhands.job.Limit;
import dev.manyhands.job.LimitUse;
import dev.manyhands.job.Logged;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.Ranges;
import dev.manyhands.job.Rate;
import dev.manyhands.job.Reason;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.job.RunTimes;
import dev.manyhands.job.Standing;
import dev.manyhands.job.TaskError;
import dev.manyhands.job.TaskOutput;
import dev.manyhands.job.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every store promises, whatever its database.
abstract class JobStoreContract {
  private JobStore store;

  /// Opens the test's own database; what an earlier call stored is there.
  abstract JobStore open();

  @BeforeEach
  void openStore() {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  private void reopen() {
    store.close();
    store = open();
  }

  private boolean commit(Change change) {
    return store.commit(List.of(change)).getFirst();
  }

  private Job accepted(int total) {
    Job job = job(total);
    assertThat(commit(accept(job))).isTrue();
    return job;
  }

  private Job stored(JobId id) {
    return store.job(id).orElseThrow();
  }

  // Growth

  private Job receiving(boolean open) {
    Job job = in(JobState.RECEIVING, job(2));
    assertThat(commit(new Change.Accept(job, List.of(inputs(0, 2)), open, null))).isTrue();
    return job;
  }

  private static Job in(JobState state, Job job) {
    return new Job(
        job.id(), job.caller(), job.spec(), Standing.of(state), job.counts(), job.timeline());
  }

  private static Change.Append standing(JobId job, JobState state, ResultBlock... blocks) {
    return new Change.Append(job, 1, List.of(blocks), Standing.of(state), Samples.RUNNING);
  }

  @Test
  void receivingJobGrowsAndRunsMeanwhile() {
    Job job = receiving(false);

    assertThat(commit(new Change.Grow(job.id(), 1, List.of(inputs(2, 1), inputs(3, 2))))).isTrue();
    assertThat(commit(standing(job.id(), JobState.RECEIVING, ran(1, 3)))).isTrue();

    assertThat(stored(job.id()).state()).isEqualTo(JobState.RECEIVING);
    assertThat(stored(job.id()).counts().total()).isEqualTo(5);
    assertThat(stored(job.id()).counts().succeeded()).isEqualTo(3);
    assertThat(store.blockStarts(job.id(), 0)).containsExactly(0, 2, 3);
    assertThat(store.blockStarts(job.id(), 4)).containsExactly(3);
    assertThat(store.inputBytes(job.id())).isEqualTo(5L * "0\n".length());
    assertThat(text(store.inputs(job.id(), 3).orElseThrow())).isEqualTo("3\n4\n");
  }

  @Test
  void emptyOpenJobIsThereAndGrows() {
    Job job = in(JobState.RECEIVING, job(0));
    assertThat(commit(new Change.Accept(job, List.of(), true, null))).isTrue();
    assertThat(commit(new Change.Grow(job.id(), 1, List.of(inputs(0, 1))))).isTrue();

    assertThat(stored(job.id()).counts().total()).isEqualTo(1);
  }

  @Test
  void sealedJobGrowsNoMore() {
    Job job = receiving(false);
    commit(standing(job.id(), JobState.QUEUED));

    assertThat(commit(new Change.Grow(job.id(), 1, List.of(inputs(2, 1))))).isFalse();
    assertThat(stored(job.id()).counts().total()).isEqualTo(2);
  }

  @Test
  void growthOfAnotherEpochOrWithAGapChangesNothing() {
    Job job = receiving(false);

    assertThat(commit(new Change.Grow(job.id(), 2, List.of(inputs(2, 1))))).isFalse();
    assertThat(commit(new Change.Grow(job.id(), 1, List.of(inputs(3, 1))))).isFalse();
    assertThat(stored(job.id()).counts().total()).isEqualTo(2);
  }

  @Test
  void claimRemovesReceivingJobsUnlessTheyAreOpen() {
    Job lost = receiving(false);
    Job open = receiving(true);
    commit(standing(lost.id(), JobState.RECEIVING, ran(0, 1)));

    List<Claimed> claimed = store.claimUnfinished();

    assertThat(claimed).extracting(one -> one.job().id()).containsExactly(open.id());
    assertThat(claimed.getFirst().job().state()).isEqualTo(JobState.RECEIVING);
    assertThat(store.job(lost.id())).isEmpty();
    assertThat(store.inputs(lost.id(), 0)).isEmpty();
    assertThat(store.byIndex(lost.id(), 0, 10)).isEmpty();
    assertThat(commit(new Change.Grow(open.id(), 2, List.of(inputs(2, 1))))).isTrue();
  }

  // Idempotency keys

  private static final Instant DAY_LATER = Samples.CREATED.plus(Duration.ofDays(1));

  private static Change.Once once(String text, byte @Nullable [] fingerprint) {
    return new Change.Once(new IdempotencyKey("admin", text), fingerprint);
  }

  private Optional<Keyed> keyed(String text, Instant now) {
    return store.keyed(new IdempotencyKey("admin", text), now);
  }

  @Test
  void keyIsKeptForADayAndOutlivesItsJob() {
    Job job = job(1);
    Change.Once once = once("a", new byte[] {1, 2});
    commit(new Change.Accept(job, List.of(inputs(0, 1)), false, once));
    commit(new Change.Remove(job.id()));

    Keyed keyed = keyed("a", DAY_LATER.minusMillis(1)).orElseThrow();
    assertThat(keyed.job()).isEqualTo(job.id());
    assertThat(keyed.isOf(new byte[] {1, 2})).isTrue();
    assertThat(keyed.isOf(new byte[] {1, 3})).isFalse();
    assertThat(keyed("a", DAY_LATER)).isEmpty();
    assertThat(keyed("b", Samples.CREATED)).isEmpty();
    assertThat(store.keyed(new IdempotencyKey("other", "a"), Samples.CREATED)).isEmpty();
  }

  @Test
  void keyInUseMakesNoSecondJob() {
    commit(new Change.Accept(job(1), List.of(inputs(0, 1)), false, once("a", new byte[] {1})));
    Job second = job(1);

    assertThat(
            commit(
                new Change.Accept(second, List.of(inputs(0, 1)), false, once("a", new byte[] {1}))))
        .isFalse();
    assertThat(store.job(second.id())).isEmpty();
  }

  @Test
  void keyOfASubmissionThatNeverEndedGoesWithIt() {
    Job job = in(JobState.RECEIVING, job(1));
    commit(new Change.Accept(job, List.of(inputs(0, 1)), false, once("a", null)));
    assertThat(keyed("a", Samples.CREATED).orElseThrow().fingerprint()).isNull();
    commit(new Change.Remove(job.id()));
    assertThat(keyed("a", Samples.CREATED)).isEmpty();

    Job lost = in(JobState.RECEIVING, job(1));
    commit(new Change.Accept(lost, List.of(inputs(0, 1)), false, once("b", null)));
    store.claimUnfinished();
    assertThat(keyed("b", Samples.CREATED)).isEmpty();
  }

  @Test
  void fingerprintFollowsWhenTheSubmissionHasEnded() {
    Job job = in(JobState.RECEIVING, job(1));
    commit(new Change.Accept(job, List.of(inputs(0, 1)), true, once("a", null)));

    assertThat(commit(new Change.Fingerprint(job.id(), once("a", new byte[] {7})))).isTrue();
    assertThat(commit(new Change.Fingerprint(job.id(), once("z", new byte[] {7})))).isFalse();

    assertThat(keyed("a", Samples.CREATED).orElseThrow().isOf(new byte[] {7})).isTrue();
  }

  // Submission

  @Test
  void acceptedJobIsThereAsItWasGiven() {
    Job job = accepted(3);

    assertThat(store.job(job.id())).contains(job);
    assertThat(store.blockStarts(job.id(), 0)).containsExactly(0);
    assertThat(text(store.inputs(job.id(), 0).orElseThrow())).isEqualTo("0\n1\n2\n");
  }

  @Test
  void unknownJobHasNothing() {
    JobId unknown = job(1).id();

    assertThat(store.job(unknown)).isEmpty();
    assertThat(store.blockStarts(unknown, 0)).isEmpty();
    assertThat(store.inputBytes(unknown)).isZero();
    assertThat(store.inputs(unknown, 0)).isEmpty();
    assertThat(store.byCompletion(unknown, 0, 10)).isEmpty();
    assertThat(store.byIndex(unknown, 0, 10)).isEmpty();
  }

  @Test
  void stagedInputsAreInvisibleUntilAccepted() {
    Job job = job(5);
    store.commit(List.of(new Change.Stage(job.id(), List.of(inputs(0, 2)))));
    store.commit(List.of(new Change.Stage(job.id(), List.of(inputs(2, 1), inputs(3, 1)))));

    assertThat(store.job(job.id())).isEmpty();
    assertThat(store.jobs(JobFilter.NONE, null, 10)).isEmpty();
    assertThat(store.blockStarts(job.id(), 0)).isEmpty();
    assertThat(store.inputs(job.id(), 0)).isEmpty();

    assertThat(commit(new Change.Accept(job, List.of(inputs(4, 1))))).isTrue();

    assertThat(store.job(job.id())).contains(job);
    assertThat(store.blockStarts(job.id(), 0)).containsExactly(0, 2, 3, 4);
  }

  @Test
  void allInputsMayBeStagedBeforeAcceptance() {
    Job job = job(2);
    commit(new Change.Stage(job.id(), List.of(inputs(0, 2))));

    assertThat(commit(new Change.Accept(job, List.of()))).isTrue();
    assertThat(store.blockStarts(job.id(), 0)).containsExactly(0);
  }

  @Test
  void jobWithAnInputMissingIsNotAccepted() {
    Job lacking = job(5);
    assertThat(commit(new Change.Accept(lacking, List.of(inputs(0, 4))))).isFalse();
    Job holed = job(5);
    commit(new Change.Stage(holed.id(), List.of(inputs(0, 2))));
    assertThat(commit(new Change.Accept(holed, List.of(inputs(3, 3))))).isFalse();

    assertThat(store.jobs(JobFilter.NONE, null, 10)).isEmpty();
  }

  @Test
  void idIsAcceptedOnce() {
    Job job = accepted(2);

    assertThat(commit(accept(job))).isFalse();
    assertThat(commit(new Change.Stage(job.id(), List.of(inputs(2, 1))))).isFalse();
    assertThat(store.blockStarts(job.id(), 0)).containsExactly(0);
  }

  @Test
  void discardedInputsAreGone() {
    Job job = job(2);
    commit(new Change.Stage(job.id(), List.of(inputs(0, 1))));

    assertThat(commit(new Change.Discard(job.id()))).isTrue();
    assertThat(commit(new Change.Accept(job, List.of(inputs(1, 1))))).isFalse();
    assertThat(store.job(job.id())).isEmpty();
  }

  @Test
  void acceptedJobCannotBeDiscarded() {
    Job job = accepted(1);

    assertThat(commit(new Change.Discard(job.id()))).isFalse();
    assertThat(store.inputs(job.id(), 0)).isPresent();
  }

  // Results

  @Test
  void payloadsComeBackToTheByte() {
    String payloads =
        """
        9007199254740993
        0.1000
        1e400
        {"a" : [1, {"b":"\\u0000ä€𝄞"}] }
        -0
        """;
    Job job = job(5);
    commit(new Change.Accept(job, List.of(new InputBlock(0, JsonLines.of(payloads)))));
    commit(running(job.id(), 1, ran(0, JsonLines.of(payloads), List.of())));

    assertThat(text(store.inputs(job.id(), 0).orElseThrow())).isEqualTo(payloads);
    assertThat(values(store.byIndex(job.id(), 0, 1).getFirst())).isEqualTo(payloads);
  }

  @Test
  void sliceIsStoredWithoutItsNeighbours() {
    JsonLines all = JsonLines.of("1\n22\n333\n4444\n");
    Job job = job(2);
    commit(new Change.Accept(job, List.of(new InputBlock(0, all.slice(1, 2)))));
    commit(running(job.id(), 1, ran(0, all.slice(2, 2), List.of())));

    assertThat(text(store.inputs(job.id(), 0).orElseThrow())).isEqualTo("22\n333\n");
    assertThat(values(store.byIndex(job.id(), 0, 1).getFirst())).isEqualTo("333\n4444\n");
  }

  @Test
  void failuresOutputAndTimesComeBack() {
    Job job = accepted(3);
    List<Failure> failures =
        List.of(
            failure(0, Outcome.FAILED),
            new Failure(
                2,
                Outcome.CRASHED,
                TaskError.crash("died", new TaskError.Exit(null, "SIGKILL", "last\nwords"))));
    Outcomes outcomes =
        new Outcomes(
            0,
            JsonLines.of("null\n1\nnull\n"),
            failures,
            new RunTimes(new int[] {1, 2}, new long[] {7, 1_000_000_000_000L}),
            List.of(new TaskOutput(1, "out", "err", true)),
            Samples.STINT);
    commit(running(job.id(), 1, new ResultBlock.Ran(4, outcomes)));

    ResultBlock.Ran ran = (ResultBlock.Ran) store.byIndex(job.id(), 0, 1).getFirst().block();
    assertThat(ran.attempt()).isEqualTo(4);
    assertThat(ran.outcomes().failures()).isEqualTo(failures);
    assertThat(ran.outcomes().output()).isEqualTo(outcomes.output());
    assertThat(ran.outcomes().stint()).isEqualTo(Samples.STINT);
    assertThat(ran.outcomes().times().counts()).containsExactly(1, 2);
    assertThat(ran.outcomes().times().micros()).containsExactly(7, 1_000_000_000_000L);
  }

  @Test
  void aLongValueIsKeptBesideTheLogInPieces() {
    Job job = accepted(4);
    String string = '"' + "x".repeat(2 * LargeValue.PIECE_BYTES) + '"';
    String array = "[" + "1,".repeat(LargeValue.PIECE_BYTES) + "1]";
    String most = '"' + "y".repeat(LargeValue.PIECE_BYTES - 2) + '"';
    JsonLines lines = JsonLines.of("7\n" + string + "\n" + most + "\n" + array + "\n").slice(1, 3);
    commit(running(job.id(), 1, Samples.ran(1, lines, List.of())));

    ResultBlock.Ran ran = (ResultBlock.Ran) store.byIndex(job.id(), 1, 1).getFirst().block();
    assertThat(ran.outcomes().values()).hasToString("null\n" + most + "\nnull\n");
    assertThat(ran.large())
        .extracting(LargeValue::index, LargeValue::bytes, LargeValue::type)
        .containsExactly(
            tuple(1, (long) string.length(), "string"), tuple(3, (long) array.length(), "array"));
    assertThat(pieces(job.id(), 1)).isEqualTo(string);
    assertThat(pieces(job.id(), 3)).isEqualTo(array);
    assertThat(pieces(job.id(), 2)).isEmpty();

    commit(ended(job.id(), 1, JobState.SUCCEEDED, ran(0, 1)));
    commit(new Change.Remove(job.id()));
    assertThat(pieces(job.id(), 1)).isEmpty();
  }

  private String pieces(JobId id, int index) {
    StringBuilder value = new StringBuilder();
    for (int piece = 0; ; piece++) {
      Optional<byte[]> bytes = store.largeValue(id, index, piece);
      if (bytes.isEmpty()) {
        return value.toString();
      }
      assertThat(bytes.get()).hasSizeLessThanOrEqualTo(LargeValue.PIECE_BYTES);
      value.append(new String(bytes.get(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void unrunTasksAreInTheLog() {
    Job job = accepted(5);
    ResultBlock skipped = new ResultBlock.Unrun(1, 4, Outcome.SKIPPED);
    commit(ended(job.id(), 1, JobState.FAILED, ran(0, 1), skipped));

    assertThat(store.byCompletion(job.id(), 1, 10)).containsExactly(new Logged(1, skipped));
  }

  @Test
  void blocksAreReadInOrderOfCompletion() {
    Job job = accepted(10);
    commit(running(job.id(), 1, ran(6, 3), ran(0, 2)));
    commit(running(job.id(), 1, ran(3, 3)));

    assertThat(places(store.byCompletion(job.id(), 0, 10))).containsExactly("0:6", "3:0", "5:3");
    assertThat(places(store.byCompletion(job.id(), 0, 2))).containsExactly("0:6", "3:0");
    assertThat(places(store.byCompletion(job.id(), 3, 1))).containsExactly("3:0");
    assertThat(places(store.byCompletion(job.id(), 4, 10))).containsExactly("3:0", "5:3");
    assertThat(places(store.byCompletion(job.id(), 8, 10))).isEmpty();
  }

  @Test
  void blocksAreReadInOrderOfIndex() {
    Job job = accepted(10);
    commit(running(job.id(), 1, ran(6, 3), ran(0, 2), ran(3, 2)));

    assertThat(places(store.byIndex(job.id(), 0, 10))).containsExactly("3:0", "5:3", "0:6");
    assertThat(places(store.byIndex(job.id(), 1, 2))).containsExactly("3:0", "5:3");
    assertThat(places(store.byIndex(job.id(), 4, 1))).containsExactly("5:3");
    assertThat(places(store.byIndex(job.id(), 2, 10)))
        .as("from a gap on")
        .containsExactly("5:3", "0:6");
    assertThat(places(store.byIndex(job.id(), 5, 10))).containsExactly("0:6");
    assertThat(places(store.byIndex(job.id(), 9, 10))).isEmpty();
  }

  @Test
  void readEndsWithTheBlockThatFillsIt() {
    Job job = accepted(13);
    JsonLines half = JsonLines.of(("1" + "0".repeat(JobStore.READ_BYTES / 8) + "\n").repeat(4));
    for (int i = 0; i < 12; i += 4) {
      commit(running(job.id(), 1, ran(i, half, List.of())));
    }
    commit(running(job.id(), 1, ran(12, 1)));

    assertThat(places(store.byIndex(job.id(), 0, 10))).containsExactly("0:0", "4:4");
    assertThat(places(store.byIndex(job.id(), 8, 10))).containsExactly("8:8", "12:12");
    assertThat(places(store.byCompletion(job.id(), 0, 10))).containsExactly("0:0", "4:4");
    assertThat(places(store.byCompletion(job.id(), 8, 1))).containsExactly("8:8");
  }

  // Counts, states and epochs

  @Test
  void countsFollowFromTheBlocks() {
    Job job = accepted(10);
    List<Failure> failures =
        List.of(
            failure(1, Outcome.FAILED), failure(2, Outcome.CRASHED), failure(3, Outcome.TIMED_OUT));
    commit(running(job.id(), 1, ran(0, Samples.lines(0, 5), failures)));
    assertThat(stored(job.id()).counts()).isEqualTo(new Counts(10, 2, 1, 1, 1, 0, 0));

    commit(
        ended(
            job.id(),
            1,
            JobState.CANCELLED,
            ran(5, 1),
            new ResultBlock.Unrun(6, 3, Outcome.CANCELLED),
            new ResultBlock.Unrun(9, 1, Outcome.SKIPPED)));
    assertThat(stored(job.id()).counts()).isEqualTo(new Counts(10, 3, 1, 1, 1, 3, 1));
  }

  @Test
  void jobThatEndsInTheCommitThatAcceptsItIsThereAsIfItHadEndedLater() {
    Job apart = job(4);
    Job whole = job(4);
    ResultBlock[] blocks = {
      ran(2, 1), ran(0, Samples.lines(0, 2), List.of(failure(1, Outcome.FAILED))), ran(3, 1)
    };
    commit(Samples.accept(apart));
    commit(ended(apart.id(), 1, JobState.FAILED, blocks));

    assertThat(
            store.commit(
                List.of(Samples.accept(whole), ended(whole.id(), 1, JobState.FAILED, blocks))))
        .containsExactly(true, true);

    assertThat(stored(whole.id()).counts()).isEqualTo(new Counts(4, 3, 1, 0, 0, 0, 0));
    assertThat(stored(whole.id()))
        .usingRecursiveComparison()
        .ignoringFields("id")
        .isEqualTo(stored(apart.id()));
    assertThat(store.byCompletion(whole.id(), 0, 9))
        .usingRecursiveComparison()
        .isEqualTo(store.byCompletion(apart.id(), 0, 9));
    assertThat(store.inputs(whole.id(), 0)).isPresent();
    assertThat(store.claimUnfinished()).isEmpty();
  }

  @Test
  void jobThatEndsInTheCommitThatAcceptsItEndsEachTaskOnce() {
    Job twice = job(2);
    Job halfDone = job(2);

    assertThat(
            store.commit(
                List.of(
                    Samples.accept(twice),
                    ended(twice.id(), 1, JobState.SUCCEEDED, ran(0, 1), ran(0, 1)))))
        .containsExactly(true, false);
    assertThat(
            store.commit(
                List.of(
                    Samples.accept(halfDone),
                    ended(halfDone.id(), 1, JobState.SUCCEEDED, ran(0, 1)))))
        .containsExactly(true, false);

    assertThat(stored(twice.id()).counts()).isEqualTo(Counts.none(2));
    assertThat(stored(halfDone.id()).counts()).isEqualTo(Counts.none(2));
  }

  @Test
  void stateAndTimelineFollowTheOwner() {
    Job job = accepted(2);
    commit(running(job.id(), 1, ran(0, 1)));
    assertThat(stored(job.id()).state()).isEqualTo(JobState.RUNNING);
    assertThat(stored(job.id()).timeline()).isEqualTo(Samples.RUNNING);

    commit(ended(job.id(), 1, JobState.SUCCEEDED, ran(1, 1)));
    assertThat(stored(job.id()).state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(stored(job.id()).timeline()).isEqualTo(Samples.OVER);
  }

  @Test
  void queuedJobWithAResultIsRunning() {
    Job job = accepted(2);
    commit(
        new Change.Append(
            job.id(), 1, List.of(ran(0, 1)), Standing.of(JobState.QUEUED), Samples.RUNNING));

    assertThat(stored(job.id()).state()).isEqualTo(JobState.RUNNING);
  }

  @Test
  void theReasonOfAStateIsKeptWithIt() {
    Job job = accepted(2);
    Standing late =
        new Standing(JobState.CANCELLING, new Reason(Reason.Kind.DEADLINE, "it was noon"));
    commit(new Change.Append(job.id(), 1, List.of(), late, Samples.RUNNING));

    assertThat(stored(job.id()).standing()).isEqualTo(late);
    assertThat(store.claimUnfinished())
        .extracting(claimed -> claimed.job().standing())
        .containsExactly(late);
  }

  @Test
  void illegalMoveIsNotRecorded() {
    Job job = accepted(2);
    commit(
        new Change.Append(
            job.id(), 1, List.of(), Standing.of(JobState.CANCELLING), Samples.RUNNING));

    assertThat(commit(running(job.id(), 1, ran(0, 1)))).isFalse();
    assertThat(stored(job.id()).state()).isEqualTo(JobState.CANCELLING);
    assertThat(store.byIndex(job.id(), 0, 1)).isEmpty();
  }

  @Test
  void verdictsTellHowTasksEndedWithoutTheirValues() {
    Job job = accepted(10);
    commit(
        running(
            job.id(),
            1,
            ran(6, 2),
            ran(
                0,
                Samples.lines(0, 4),
                List.of(
                    Samples.failure(1, Outcome.FAILED), Samples.failure(3, Outcome.TIMED_OUT)))));
    commit(running(job.id(), 1, new ResultBlock.Unrun(8, 2, Outcome.SKIPPED)));

    assertThat(store.verdicts(job.id(), 0, 9))
        .containsExactly(
            new Verdict(0, 1, Outcome.SUCCEEDED),
            new Verdict(1, 1, Outcome.FAILED),
            new Verdict(2, 1, Outcome.SUCCEEDED),
            new Verdict(3, 1, Outcome.TIMED_OUT),
            new Verdict(6, 2, Outcome.SUCCEEDED),
            new Verdict(8, 2, Outcome.SKIPPED));
    assertThat(store.verdicts(job.id(), 7, 1))
        .containsExactly(new Verdict(6, 2, Outcome.SUCCEEDED));
    assertThat(store.verdicts(job.id(), 10, 9)).isEmpty();
  }

  @Test
  void aJobIsRemovableAsLongAfterItsEndAsItIsKept() {
    Job kept = endedJob(Samples.kept(Samples.job(1), Duration.ofSeconds(10)));
    Job longer = endedJob(Samples.kept(Samples.job(1), Duration.ofSeconds(11)));
    Job forever = endedJob(Samples.job(1));
    Job running = Samples.kept(Samples.job(1), Duration.ofSeconds(1));
    commit(accept(running));
    Instant due = Samples.ENDED.plusSeconds(10);

    assertThat(store.removable(due.minusMillis(1), 9)).isEmpty();
    assertThat(store.nextRemoval(due.minusMillis(1))).contains(due);
    assertThat(store.removable(due, 9)).containsExactly(kept.id());
    assertThat(store.nextRemoval(due)).contains(due.plusSeconds(1));
    assertThat(store.removable(due.plusSeconds(1), 9)).containsExactly(kept.id(), longer.id());
    assertThat(store.removable(due.plusSeconds(1), 1)).containsExactly(kept.id());
    assertThat(store.nextRemoval(due.plusSeconds(1))).isEmpty();
    assertThat(store.job(forever.id())).isPresent();
  }

  @Test
  void aJobThatAnotherNeedsIsTakenBackAllTheSameAndTheOtherFindsItGone() {
    Job needed = Samples.job(1);
    commit(accept(needed));
    Job waiting = Samples.dependingOn(Samples.job(1), needed.id());
    commit(accept(waiting));

    assertThat(commit(new Change.Remove(needed.id(), true))).isTrue();

    assertThat(store.job(needed.id())).isEmpty();
    assertThat(store.needsOthers(waiting.id())).isTrue();
  }

  @Test
  void aJobThatAnotherNeedsIsNotRemoved() {
    Job needed = endedJob(Samples.kept(Samples.job(1), Duration.ofSeconds(1)));
    Job waiting = Samples.dependingOn(Samples.job(1), needed.id());
    commit(accept(waiting));
    Instant late = Samples.ENDED.plusSeconds(100);

    assertThat(commit(new Change.Remove(needed.id()))).isFalse();
    assertThat(store.job(needed.id())).isPresent();
    assertThat(store.removable(late, 9)).isEmpty();
    assertThat(store.dependents(needed.id(), 9)).containsExactly(waiting.id());
    assertThat(store.needsOthers(waiting.id())).isTrue();

    assertThat(commit(new Change.Release(waiting.id(), 2))).isFalse();
    assertThat(store.needsOthers(waiting.id())).isTrue();
    assertThat(commit(new Change.Release(waiting.id(), 1))).isTrue();
    assertThat(store.removable(late, 9)).containsExactly(needed.id());
    assertThat(store.needsOthers(waiting.id())).isFalse();
    assertThat(commit(new Change.Remove(needed.id()))).isTrue();
  }

  @Test
  void itIsKnownWhichOfManyJobsHaveNotEnded() {
    Job ended = endedJob(Samples.job(1));
    List<JobId> asked = new ArrayList<>(List.of(ended.id()));
    Set<JobId> unfinished = new HashSet<>();
    for (int i = 0; i < 1001; i++) {
      Job job = Samples.job(1);
      asked.add(job.id());
      if (i % 500 == 0) {
        commit(accept(job));
        unfinished.add(job.id());
      }
    }

    assertThat(store.unfinished(asked)).isEqualTo(unfinished);
    assertThat(store.unfinished(List.of())).isEmpty();
  }

  @Test
  void aJobThatDependsOnNoneThatIsThereIsNotAccepted() {
    Job waiting = Samples.dependingOn(Samples.job(1), Samples.job(1).id());

    assertThat(commit(accept(waiting))).isFalse();
    assertThat(store.job(waiting.id())).isEmpty();
  }

  @Test
  void whatEndedWhileItWaitedNeedsNothingAfterTheNextStart() {
    Job needed = endedJob(Samples.job(1));
    Job waiting = Samples.dependingOn(Samples.job(1), needed.id());
    commit(accept(waiting));
    commit(ended(waiting.id(), 1, JobState.SUCCEEDED, ran(0, 1)));

    store.claimUnfinished();
    assertThat(store.dependents(needed.id(), 9)).isEmpty();
  }

  private Job endedJob(Job job) {
    commit(accept(job));
    commit(ended(job.id(), 1, JobState.SUCCEEDED, ran(0, 1)));
    return job;
  }

  @Test
  void jobCannotEndWithATaskThatHasNot() {
    Job job = accepted(2);

    assertThat(commit(ended(job.id(), 1, JobState.SUCCEEDED, ran(0, 1)))).isFalse();
    assertThat(stored(job.id())).isEqualTo(job);
  }

  @Test
  void staleEpochAppendsNothing() {
    Job job = accepted(2);
    long epoch = store.claimUnfinished().getFirst().epoch();

    assertThat(commit(running(job.id(), epoch - 1, ran(0, 1)))).isFalse();
    assertThat(store.byIndex(job.id(), 0, 1)).isEmpty();
    assertThat(stored(job.id())).isEqualTo(job);
    assertThat(commit(running(job.id(), epoch, ran(0, 1)))).isTrue();
  }

  @Test
  void nothingIsAppendedToAnEndedJob() {
    Job job = accepted(1);
    commit(ended(job.id(), 1, JobState.SUCCEEDED, ran(0, 1)));

    assertThat(commit(ended(job.id(), 1, JobState.FAILED, ran(0, 1)))).isFalse();
    assertThat(stored(job.id()).state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(store.byCompletion(job.id(), 0, 10)).hasSize(1);
  }

  @Test
  void nothingIsAppendedToAnUnknownJob() {
    assertThat(commit(running(job(1).id(), 1, ran(0, 1)))).isFalse();
  }

  @Test
  void indexThatHasAResultGetsNoOther() {
    Job job = accepted(10);
    commit(running(job.id(), 1, ran(3, 4)));

    for (ResultBlock again : List.of(ranAgain(3, 4), ran(3, 1), ran(4, 1), ran(6, 2), ran(1, 3))) {
      assertThat(commit(running(job.id(), 1, again))).as("%s", again).isFalse();
    }
    assertThat(commit(running(job.id(), 1, ran(0, 1), ranAgain(0, 1)))).as("one commit").isFalse();
    assertThat(commit(running(job.id(), 1, ran(9, 2)))).as("beyond the total").isFalse();
    assertThat(stored(job.id()).counts().done()).isEqualTo(4);
    assertThat(commit(running(job.id(), 1, ran(7, 3), ran(0, 3)))).as("what is free").isTrue();
  }

  /// As a writer does that was not told how its commit ended.
  @Test
  void theVeryBlocksAgainChangeNothingAndAreThere() {
    Job job = accepted(3);
    commit(running(job.id(), 1, ran(0, 1)));
    assertThat(commit(running(job.id(), 1, ran(0, 1), ran(1, 1)))).isTrue();
    assertThat(stored(job.id()).counts().done()).isEqualTo(2);
    assertThat(store.byCompletion(job.id(), 0, 10)).hasSize(2);

    commit(ended(job.id(), 1, JobState.SUCCEEDED, ran(2, 1)));
    assertThat(commit(ended(job.id(), 1, JobState.SUCCEEDED, ran(2, 1)))).isTrue();
    assertThat(commit(ended(job.id(), 1, JobState.SUCCEEDED, ranAgain(2, 1)))).isFalse();
    assertThat(stored(job.id()).counts().done()).isEqualTo(3);
  }

  @Test
  void refusedChangeLeavesTheOthersOfItsCommit() {
    Job one = accepted(2);
    Job two = job(3);

    List<Boolean> effects =
        store.commit(
            List.of(
                running(one.id(), 1, ran(0, 1)),
                running(one.id(), 7, ran(1, 1)),
                running(one.id(), 1, ran(1, 1), ranAgain(0, 1)),
                accept(two),
                new Change.Remove(job(1).id())));

    assertThat(effects).containsExactly(true, false, false, true, false);
    assertThat(stored(one.id()).counts().done()).isEqualTo(1);
    assertThat(store.job(two.id())).isPresent();
  }

  // Restart, removal, lists

  @Test
  void unfinishedJobsAreClaimedWithWhatIsDone() {
    Job half = accepted(10);
    Job fresh = accepted(1);
    Job over = accepted(1);
    commit(running(half.id(), 1, ran(4, 2), ran(0, 2), ran(2, 1)));
    commit(ended(over.id(), 1, JobState.SUCCEEDED, ran(0, 1)));
    reopen();

    List<Claimed> claimed = store.claimUnfinished();

    assertThat(claimed).extracting(c -> c.job().id()).containsExactly(half.id(), fresh.id());
    assertThat(claimed).extracting(Claimed::epoch).containsExactly(2L, 2L);
    assertThat(claimed.getFirst().job()).isEqualTo(stored(half.id()));
    assertThat(claimed.getFirst().done().ranges())
        .containsExactly(new Ranges.Range(0, 3), new Ranges.Range(4, 6));
    assertThat(claimed.getLast().done().isEmpty()).isTrue();
    assertThat(store.claimUnfinished()).extracting(Claimed::epoch).containsExactly(3L, 3L);
  }

  @Test
  void claimRemovesWhatWasOnlyStaged() {
    Job job = job(2);
    commit(new Change.Stage(job.id(), List.of(inputs(0, 1))));
    reopen();

    assertThat(store.claimUnfinished()).isEmpty();
    assertThat(commit(new Change.Accept(job, List.of(inputs(1, 1))))).isFalse();
  }

  @Test
  void removedJobIsGone() {
    Job job = accepted(2);
    Job other = accepted(2);
    commit(running(job.id(), 1, ran(0, 1)));

    assertThat(commit(new Change.Remove(job.id()))).isTrue();

    assertThat(store.job(job.id())).isEmpty();
    assertThat(store.jobs(JobFilter.NONE, null, 10)).containsExactly(other);
    assertThat(store.blockStarts(job.id(), 0)).isEmpty();
    assertThat(store.inputs(job.id(), 0)).isEmpty();
    assertThat(store.byIndex(job.id(), 0, 1)).isEmpty();
    assertThat(commit(running(job.id(), 1, ran(1, 1)))).isFalse();
    assertThat(commit(new Change.Remove(job.id()))).isFalse();
  }

  @Test
  void removedJobOfManyBlocksIsGoneAtOnce() {
    Job job = job(1000);
    commit(
        new Change.Accept(
            job, java.util.stream.IntStream.range(0, 1000).mapToObj(i -> inputs(i, 1)).toList()));
    for (int i = 0; i < 500; i++) {
      commit(running(job.id(), 1, ran(i, 1)));
    }

    commit(new Change.Remove(job.id()));

    assertThat(store.blockStarts(job.id(), 0)).isEmpty();
    assertThat(store.inputs(job.id(), 999)).isEmpty();
    assertThat(store.byCompletion(job.id(), 0, 1000)).isEmpty();
    assertThat(store.byIndex(job.id(), 499, 1)).isEmpty();
  }

  @Test
  void jobsAreListedNewestFirst() {
    Job a = accepted(1);
    Job b = accepted(1);
    Job c = accepted(1);

    assertThat(store.jobs(JobFilter.NONE, null, 10)).containsExactly(c, b, a);
    assertThat(store.jobs(JobFilter.NONE, null, 2)).containsExactly(c, b);
    assertThat(store.jobs(JobFilter.NONE, b.id(), 2)).containsExactly(a);
    assertThat(store.jobs(JobFilter.NONE, a.id(), 2)).isEmpty();
  }

  @Test
  void everythingIsThereAfterReopening() {
    Job job = accepted(2);
    commit(ended(job.id(), 1, JobState.SUCCEEDED, ran(1, 1), ran(0, 1)));
    Job before = stored(job.id());
    reopen();

    assertThat(stored(job.id())).isEqualTo(before);
    assertThat(places(store.byCompletion(job.id(), 0, 10))).containsExactly("0:1", "1:0");
    assertThat(text(store.inputs(job.id(), 0).orElseThrow())).isEqualTo("0\n1\n");
  }

  @Test
  void limitsAreKeptAsTheyWereLastPut() {
    Limit api = new Limit("api", null, Rate.of("100/m"));
    Limit both = new Limit("both", 4, Rate.of("5/h"));
    commit(new Change.PutLimit(new Limit("db", 4, null)));
    commit(new Change.PutLimit(both));
    commit(new Change.PutLimit(api));
    commit(new Change.PutLimit(new Limit("db", 2, null)));
    reopen();

    assertThat(store.limits()).containsExactly(api, both, new Limit("db", 2, null));
  }

  @Test
  void limitsThatACutOffJobBroughtAlongGoWithIt() {
    Job cutOff = in(JobState.RECEIVING, limited(job(1), "alone", "shared", "put"));
    Job open = in(JobState.RECEIVING, limited(job(1), "open"));
    Job ended = limited(job(1), "ended");
    commit(new Change.Accept(cutOff, List.of(inputs(0, 1)), false, null));
    commit(new Change.Accept(open, List.of(inputs(0, 1)), true, null));
    commit(accept(ended));
    commit(accept(limited(job(1), "shared")));
    commit(new Change.PutLimit(new Limit("put", 2, null)));
    commit(ended(ended.id(), 1, JobState.SUCCEEDED, ran(0, 1)));
    commit(new Change.Remove(ended.id()));
    assertThat(names(store.limits())).containsExactly("alone", "ended", "open", "put", "shared");
    reopen();

    store.claimUnfinished();

    assertThat(names(store.limits())).containsExactly("ended", "open", "put", "shared");
  }

  @Test
  void aLimitGoesAfterTheJobThatBroughtItAlongThoughTheServiceEndsInBetween() {
    Job cutOff = in(JobState.RECEIVING, limited(job(1), "alone"));
    commit(new Change.Accept(cutOff, List.of(inputs(0, 1)), false, null));
    commit(new Change.Remove(cutOff.id(), true));
    assertThat(names(store.limits())).containsExactly("alone");
    reopen();

    store.claimUnfinished();

    assertThat(store.limits()).isEmpty();
  }

  private static Job limited(Job job, String... limits) {
    List<LimitUse> uses = Arrays.stream(limits).map(name -> new LimitUse(name, 2, null)).toList();
    return Samples.with(job, new Gates(null, null, null, uses), Keeping.DEFAULT);
  }

  private static List<String> names(List<Limit> limits) {
    return limits.stream().map(Limit::name).toList();
  }

  @Test
  void theFirstAnswerIsKeptUnderItsKey() {
    Job job = job(1);
    Change.Once once = once("first", new byte[] {1});
    commit(new Change.Accept(job, List.of(inputs(0, 1)), false, once));
    assertThat(commit(new Change.Answer(job.id(), once.key(), new byte[] {7, 8}))).isTrue();
    assertThat(commit(new Change.Answer(job(1).id(), once.key(), new byte[] {9}))).isFalse();
    reopen();

    assertThat(keyed("first", Samples.CREATED).orElseThrow().answer()).containsExactly(7, 8);
  }

  @Test
  void aRemovedLimitIsGoneAndRemovedOnce() {
    commit(new Change.PutLimit(new Limit("db", 4, null)));

    assertThat(commit(new Change.RemoveLimit("db"))).isTrue();
    assertThat(commit(new Change.RemoveLimit("db"))).isFalse();
    assertThat(store.limits()).isEmpty();
  }

  private static String text(InputBlock block) {
    return block.inputs().toString();
  }

  private static String values(Logged logged) {
    return ((ResultBlock.Ran) logged.block()).outcomes().values().toString();
  }

  /// `seq:first` of each.
  private static List<String> places(List<Logged> log) {
    return log.stream().map(one -> one.seq() + ":" + one.block().first()).toList();
  }
}
