package dev.manyhands.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobState;
import dev.manyhands.job.Keeping;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.job.Standing;
import dev.manyhands.job.Webhook;
import dev.manyhands.store.Delivery.Attempt;
import dev.manyhands.store.Delivery.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is told is told exactly if it was committed, and outlives the process.
abstract class OutboxContract {
  static final Instant LATER = Samples.ENDED.plusSeconds(60);
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  private SqlJobStore store;

  /// Opens the test's own database; what an earlier call stored is there.
  abstract SqlJobStore database();

  @BeforeEach
  void open() {
    store = database();
  }

  @AfterEach
  void close() {
    store.close();
  }

  static Job heard(String... events) {
    Job job = Samples.job(2);
    Webhook webhook = new Webhook("http://h/", SECRET, List.of(events));
    return new Job(
        job.id(),
        job.caller(),
        job.spec().kept(new Keeping(null, null, List.of(webhook))),
        job.standing(),
        job.counts(),
        job.timeline());
  }

  @Test
  void aMoveIsToldOnceWithTheCommitThatMakesIt() {
    Job job = heard();
    store.commit(List.of(Samples.accept(job)));
    assertThat(store.outbox().of(job.id())).isEmpty();

    store.commit(List.of(Samples.running(job.id(), 1, Samples.ran(0, 1))));
    store.commit(List.of(Samples.ended(job.id(), 1, JobState.SUCCEEDED, Samples.ran(1, 1))));

    assertThat(store.outbox().of(job.id()))
        .extracting(Delivery::event)
        .containsExactly(Webhook.STARTED, Webhook.ENDED);
    assertThat(store.outbox().due(Samples.CREATED, 10)).isEmpty();
    assertThat(store.outbox().dueAfter(Samples.CREATED)).contains(Samples.STARTED);
  }

  private Job receiving(boolean open) {
    Job job = heard();
    Job receiving =
        new Job(
            job.id(),
            job.caller(),
            job.spec(),
            Standing.of(JobState.RECEIVING),
            job.counts(),
            job.timeline());
    store.commit(List.of(new Change.Accept(receiving, List.of(Samples.inputs(0, 2)), open, null)));
    store.commit(List.of(append(job.id(), JobState.RECEIVING, Samples.ran(0, 1))));
    return receiving;
  }

  private static Change.Append append(JobId job, JobState state, ResultBlock... blocks) {
    return new Change.Append(job, 1, List.of(blocks), Standing.of(state), Samples.RUNNING);
  }

  @Test
  void whatItsSenderMayTakeBackHasStartedWhenItIsSealed() {
    Job job = receiving(false);
    assertThat(store.outbox().of(job.id())).isEmpty();

    store.commit(List.of(append(job.id(), JobState.RUNNING)));
    store.commit(List.of(append(job.id(), JobState.PAUSED)));
    store.commit(List.of(Samples.ended(job.id(), 1, JobState.SUCCEEDED, Samples.ran(1, 1))));

    assertThat(store.outbox().of(job.id()))
        .extracting(Delivery::event)
        .containsExactly(Webhook.STARTED, Webhook.ENDED);
  }

  @Test
  void anOpenJobHasStartedWithItsFirstResults() {
    Job job = receiving(true);
    store.commit(List.of(append(job.id(), JobState.RUNNING)));

    assertThat(store.outbox().of(job.id()))
        .extracting(Delivery::event)
        .containsExactly(Webhook.STARTED);
  }

  @Test
  void whatHappenedFirstIsToldFirst() {
    Job job = heard();
    store.commit(List.of(Samples.accept(job)));
    store.commit(List.of(Samples.running(job.id(), 1, Samples.ran(0, 1))));
    store.commit(List.of(Samples.ended(job.id(), 1, JobState.SUCCEEDED, Samples.ran(1, 1))));

    assertThat(store.outbox().due(LATER, 10))
        .extracting(Delivery::event)
        .containsExactly("job.started");
    State state = tried(500, State.PENDING);

    assertThat(state).isEqualTo(State.OVERTAKEN);
    assertThat(store.outbox().due(LATER, 10))
        .extracting(Delivery::event)
        .containsExactly("job.ended");
    assertThat(tried(500, State.PENDING)).isEqualTo(State.PENDING);
    assertThat(store.outbox().of(job.id()))
        .extracting(Delivery::state)
        .containsExactly(State.OVERTAKEN, State.PENDING);
  }

  @Test
  void whatWaitsForItsNextTryHasItBeforeWhatIsNewer() {
    Job job = heard();
    store.commit(List.of(Samples.accept(job)));
    store.commit(List.of(Samples.running(job.id(), 1, Samples.ran(0, 1))));
    assertThat(tried(500, State.PENDING)).isEqualTo(State.PENDING);
    assertThat(store.outbox().due(LATER, 10)).isEmpty();

    store.commit(List.of(Samples.ended(job.id(), 1, JobState.SUCCEEDED, Samples.ran(1, 1))));

    assertThat(tried(204, State.DELIVERED)).isEqualTo(State.DELIVERED);
    assertThat(store.outbox().due(LATER, 10))
        .extracting(Delivery::event)
        .containsExactly("job.ended");
  }

  @Test
  void whoIsGoneIsToldNothingMore() {
    Job waits = heard();
    Job comes = heard();
    for (Job job : List.of(waits, comes)) {
      store.commit(List.of(Samples.accept(job)));
      store.commit(List.of(Samples.running(job.id(), 1, Samples.ran(0, 1))));
    }
    store.commit(List.of(Samples.ended(waits.id(), 1, JobState.SUCCEEDED, Samples.ran(1, 1))));
    assertThat(tried(410, State.GONE)).isEqualTo(State.GONE);
    assertThat(tried(410, State.GONE)).isEqualTo(State.GONE);
    store.commit(List.of(Samples.ended(comes.id(), 1, JobState.SUCCEEDED, Samples.ran(1, 1))));

    assertThat(store.outbox().due(LATER, 10)).isEmpty();
    for (Job job : List.of(waits, comes)) {
      assertThat(store.outbox().of(job.id()))
          .extracting(Delivery::state)
          .containsExactly(State.GONE, State.GONE);
      assertThat(store.outbox().of(job.id()).getLast().attempts()).isEmpty();
    }
  }

  /// What is due first is tried.
  private State tried(int status, State state) {
    Delivery delivery = store.outbox().due(LATER, 1).getFirst();
    Attempt attempt =
        new Attempt(delivery.attempts().size() + 1, LATER, Duration.ofMillis(3), status, null);
    return store
        .outbox()
        .record(delivery, attempt, state, state == State.PENDING ? LATER.plusSeconds(5) : null);
  }

  @Test
  void whatDidNotHappenIsNotTold() {
    Job job = heard(Webhook.ENDED);
    store.commit(List.of(Samples.accept(job)));

    // An old owner's word changes nothing, nor does one that would break the log.
    store.commit(List.of(Samples.ended(job.id(), 0, JobState.SUCCEEDED, Samples.ran(0, 2))));
    store.commit(List.of(Samples.ended(job.id(), 1, JobState.SUCCEEDED, Samples.ran(0, 1))));

    assertThat(store.outbox().of(job.id())).isEmpty();
    assertThat(store.outbox().dueAfter(Instant.EPOCH)).isEmpty();
  }

  @Test
  void aJobWithoutWebhooksTellsNobody() {
    Job job = Samples.job(2);

    store.commit(
        List.of(
            Samples.accept(job),
            Samples.ended(job.id(), 1, JobState.SUCCEEDED, Samples.ran(0, 2))));

    assertThat(store.outbox().due(LATER, 10)).isEmpty();
  }

  @Test
  void anAttemptAndWhatFollowsFromItOutliveTheProcess() {
    Job job = heard(Webhook.ENDED);
    store.commit(
        List.of(
            Samples.accept(job),
            Samples.ended(job.id(), 1, JobState.SUCCEEDED, Samples.ran(0, 2))));
    Delivery delivery = store.outbox().due(LATER, 1).getFirst();
    Attempt failed = new Attempt(1, LATER, Duration.ofMillis(3), 500, null);
    Attempt broken = new Attempt(2, LATER, Duration.ofMillis(4), null, "no answer");
    store.outbox().record(delivery, failed, State.PENDING, LATER.plusSeconds(5));
    store.outbox().record(delivery, broken, State.FAILED, null);
    store.close();
    open();

    Delivery read = store.outbox().of(job.id()).getFirst();

    assertThat(read.attempts()).containsExactly(failed, broken);
    assertThat(read.state()).isEqualTo(State.FAILED);
    assertThat(read.dueAt()).isNull();
    assertThat(read.webhook().secret()).isEqualTo(SECRET);
    assertThat(read.toString()).doesNotContain(SECRET);
    assertThat(store.outbox().due(LATER.plusSeconds(9), 1)).isEmpty();
  }

  @Test
  void aDeliveryAtItsEndStaysAsItIs() {
    Job job = heard(Webhook.ENDED);
    store.commit(
        List.of(
            Samples.accept(job),
            Samples.ended(job.id(), 1, JobState.SUCCEEDED, Samples.ran(0, 2))));
    Delivery delivery = store.outbox().due(LATER, 1).getFirst();
    Attempt taken = new Attempt(1, LATER, Duration.ofMillis(3), 200, null);
    Attempt late = new Attempt(2, LATER, Duration.ofMillis(4), 500, null);
    store.outbox().record(delivery, taken, State.DELIVERED, null);

    store.outbox().record(delivery, late, State.PENDING, LATER.plusSeconds(5));

    Delivery read = store.outbox().of(job.id()).getFirst();
    assertThat(read.state()).isEqualTo(State.DELIVERED);
    assertThat(read.attempts()).containsExactly(taken);
    assertThat(store.outbox().due(LATER.plusSeconds(9), 1)).isEmpty();
  }

  @Test
  void deliveriesLeaveWithTheirJobAndAnAttemptThatComesLateIsNotStored() {
    Job job = heard(Webhook.ENDED);
    store.commit(
        List.of(
            Samples.accept(job),
            Samples.ended(job.id(), 1, JobState.SUCCEEDED, Samples.ran(0, 2))));
    Delivery delivery = store.outbox().due(LATER, 1).getFirst();

    store.commit(List.of(new Change.Remove(job.id())));
    store
        .outbox()
        .record(delivery, new Attempt(1, LATER, Duration.ZERO, 200, null), State.DELIVERED, null);

    assertThat(store.outbox().of(job.id())).isEmpty();
    assertThat(store.outbox().due(LATER, 1)).isEmpty();
  }
}
