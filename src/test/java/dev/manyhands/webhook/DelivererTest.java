package dev.manyhands.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.Care;
import dev.manyhands.job.Counts;
import dev.manyhands.job.Function;
import dev.manyhands.job.Gates;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobIds;
import dev.manyhands.job.JobSpec;
import dev.manyhands.job.JobState;
import dev.manyhands.job.Keeping;
import dev.manyhands.job.Placement;
import dev.manyhands.job.Standing;
import dev.manyhands.job.Timeline;
import dev.manyhands.job.Webhook;
import dev.manyhands.outbound.HttpSettings;
import dev.manyhands.outbound.Network;
import dev.manyhands.outbound.Outbound;
import dev.manyhands.store.Delivery;
import dev.manyhands.store.Outbox;
import dev.manyhands.testkit.Receiver;
import dev.manyhands.testkit.Receiver.Heard;
import dev.manyhands.testkit.Wait;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/// The races between a look at the outbox, the end of an attempt and the stop of the service, made
/// by holding one of them.
@ExtendWith(OutputCaptureExtension.class)
class DelivererTest {
  private static final WebhookSettings SETTINGS =
      new WebhookSettings(8, Duration.ofMillis(1), Duration.ofMillis(1), Wait.LIMIT, 1);
  private static final JobId JOB = new JobIds(InstantSource.system()).next();

  private static final Duration NO_TIME = Duration.ofMillis(1);

  private final InstantSource clock = InstantSource.system();
  private final Outbound outbound =
      Outbound.open(HttpSettings.DEFAULT.allowing(List.of(Network.of("127.0.0.1"))));
  private Receiver receiver;

  @BeforeEach
  void open() throws Exception {
    receiver = new Receiver(InetAddress.getLoopbackAddress(), 204);
  }

  @AfterEach
  void close() {
    outbound.close();
    receiver.close();
  }

  private Delivery delivery(String id) {
    return delivery(id, receiver);
  }

  private static Delivery delivery(String id, Receiver to) {
    return new Delivery(
        id,
        JOB,
        new Webhook(to.url(), Webhook.newSecret(), List.of()),
        Webhook.ENDED,
        new byte[] {'{', '}'},
        Delivery.State.PENDING,
        Instant.EPOCH,
        Instant.EPOCH,
        List.of());
  }

  private Webhook webhook() {
    return new Webhook(receiver.url(), Webhook.newSecret(), List.of());
  }

  private Job job() {
    JobSpec spec =
        new JobSpec(
            new Function.Java("square"),
            Placement.ANYWHERE,
            Care.DEFAULT,
            Gates.OPEN,
            new Keeping(null, null, List.of(webhook())),
            Map.of());
    return new Job(
        JOB,
        "admin",
        spec,
        Standing.of(JobState.SUCCEEDED),
        Counts.none(1),
        Timeline.created(Instant.EPOCH));
  }

  /// Holds the store's half of the first attempt until the second look is under way, and the second
  /// look, which still sees the delivery as due, until that attempt is over.
  private static final class HeldOutbox implements Outbox {
    private final CountDownLatch attempted = new CountDownLatch(1);
    private final CountDownLatch looking = new CountDownLatch(1);
    private final List<Delivery> due;

    @GuardedBy("this")
    private final List<String> ended = new ArrayList<>();

    @GuardedBy("this")
    private int looks;

    private volatile @Nullable Thread attempt;

    HeldOutbox(Delivery... due) {
      this.due = List.of(due);
    }

    @Override
    public List<Delivery> due(Instant now, int limit) {
      List<Delivery> seen;
      int look;
      synchronized (this) {
        List<String> over = List.copyOf(ended);
        seen = due.stream().filter(one -> !over.contains(one.id())).limit(limit).toList();
        look = ++looks;
      }
      Thread first = attempt;
      if (look == 2 && first != null) {
        looking.countDown();
        try {
          first.join(Wait.LIMIT);
        } catch (InterruptedException e) {
          throw new AssertionError("nobody stops this look", e);
        }
      }
      return seen;
    }

    @Override
    public Optional<Instant> dueAfter(Instant now) {
      return Optional.empty();
    }

    @Override
    public Delivery.State record(
        Delivery delivery, Delivery.Attempt made, Delivery.State state, @Nullable Instant dueAt) {
      if (attempt == null) {
        attempt = Thread.currentThread();
        attempted.countDown();
        Wait.until(looking, "the second look");
      }
      synchronized (this) {
        ended.add(delivery.id());
      }
      return state;
    }

    @Override
    public List<Delivery> of(JobId job) {
      throw new AssertionError("nobody asks for the deliveries of " + job);
    }
  }

  /// One delivery; keeps what became of it.
  private static final class OneDelivery implements Outbox {
    private final Delivery delivery;
    private volatile Delivery.@Nullable State state;

    OneDelivery(Delivery delivery) {
      this.delivery = delivery;
    }

    @Override
    public List<Delivery> due(Instant now, int limit) {
      return state == null ? List.of(delivery) : List.of();
    }

    @Override
    public Optional<Instant> dueAfter(Instant now) {
      return Optional.empty();
    }

    @Override
    public Delivery.State record(
        Delivery of, Delivery.Attempt made, Delivery.State became, @Nullable Instant dueAt) {
      state = became;
      return became;
    }

    @Override
    public List<Delivery> of(JobId job) {
      throw new AssertionError("nobody asks for the deliveries of " + job);
    }
  }

  /// Its database is away.
  private static final class AwayOutbox implements Outbox {
    private final Semaphore looks = new Semaphore(0);

    @Override
    public List<Delivery> due(Instant now, int limit) {
      looks.release();
      throw new IllegalStateException("made by a test");
    }

    @Override
    public Optional<Instant> dueAfter(Instant now) {
      throw new AssertionError("nothing is due");
    }

    @Override
    public Delivery.State record(
        Delivery of, Delivery.Attempt made, Delivery.State became, @Nullable Instant dueAt) {
      throw new AssertionError("nothing is delivered");
    }

    @Override
    public List<Delivery> of(JobId job) {
      throw new AssertionError("nobody asks for the deliveries of " + job);
    }
  }

  private Deliverer deliverer(Outbox outbox, Duration stopWait) {
    Messenger messenger = new Messenger(outbox, outbound, SETTINGS, clock);
    return new Deliverer(outbox, messenger, 1, stopWait, clock, _ -> {});
  }

  @Test
  void aStopWaitsForWhatIsUnderWay() throws Exception {
    try (Receiver slow = new Receiver(InetAddress.getLoopbackAddress(), Receiver.HELD)) {
      OneDelivery outbox = new OneDelivery(delivery("held", slow));
      Deliverer deliverer = deliverer(outbox, Wait.LIMIT);
      deliverer.start();
      slow.await(1);

      Thread stopping = Thread.ofPlatform().start(deliverer::stop);
      Wait.untilSeen(
          "the stop waits",
          () -> !deliverer.isRunning() && stopping.getState() == Thread.State.TIMED_WAITING);
      slow.release();
      stopping.join(Wait.LIMIT);

      assertThat(outbox.state).isEqualTo(Delivery.State.DELIVERED);
    }
  }

  @Test
  void aStopDoesNotWaitForever() throws Exception {
    try (Receiver silent = new Receiver(InetAddress.getLoopbackAddress(), Receiver.SILENCE)) {
      OneDelivery outbox = new OneDelivery(delivery("silent", silent));
      Deliverer deliverer = deliverer(outbox, NO_TIME);
      deliverer.start();
      silent.await(1);

      deliverer.stop();

      assertThat(outbox.state).as("it is told again after the next start").isNull();
    }
  }

  @Test
  void aStoreThatIsAwayIsSaidOnce(CapturedOutput output) throws Exception {
    AwayOutbox outbox = new AwayOutbox();
    Deliverer deliverer = deliverer(outbox, NO_TIME);
    deliverer.start();
    for (int look = 1; look <= 3; look++) {
      assertThat(outbox.looks.tryAcquire(Wait.LIMIT.toSeconds(), TimeUnit.SECONDS))
          .as("look %d", look)
          .isTrue();
      deliverer.tookOver();
    }
    deliverer.stop();

    assertThat(output.getAll()).containsOnlyOnce("The outbox cannot be read");
  }

  @Test
  void whatIsDeliveredDuringALookIsNotSentAgain() {
    HeldOutbox outbox = new HeldOutbox(delivery("first"), delivery("second"));
    Messenger messenger = new Messenger(outbox, outbound, SETTINGS, clock);
    Deliverer deliverer = new Deliverer(outbox, messenger, 1, Wait.LIMIT, clock, _ -> {});
    deliverer.start();
    try {
      Wait.until(outbox.attempted, "the first attempt");
      deliverer.ended(job());

      List<Heard> heard = receiver.await(2);

      assertThat(heard).extracting(Heard::id).containsExactly("first", "second");
    } finally {
      deliverer.stop();
    }
  }
}
