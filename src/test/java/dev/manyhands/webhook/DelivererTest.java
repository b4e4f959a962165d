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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The race between a look at the outbox and the end of an attempt, made by holding the look.
class DelivererTest {
  private static final WebhookSettings SETTINGS =
      new WebhookSettings(8, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofSeconds(10), 1);
  private static final JobId JOB = new JobIds(InstantSource.system()).next();

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
    return new Delivery(
        id,
        JOB,
        webhook(),
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
    public void record(
        Delivery delivery, Delivery.Attempt made, Delivery.State state, @Nullable Instant dueAt) {
      if (attempt == null) {
        attempt = Thread.currentThread();
        attempted.countDown();
        Wait.until(looking, "the second look");
      }
      synchronized (this) {
        ended.add(delivery.id());
      }
    }

    @Override
    public List<Delivery> of(JobId job) {
      throw new AssertionError("nobody asks for the deliveries of " + job);
    }
  }

  @Test
  void whatIsDeliveredDuringALookIsNotSentAgain() {
    HeldOutbox outbox = new HeldOutbox(delivery("first"), delivery("second"));
    Messenger messenger = new Messenger(outbox, outbound, SETTINGS, clock);
    Deliverer deliverer = new Deliverer(outbox, messenger, 1, clock, _ -> {});
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
