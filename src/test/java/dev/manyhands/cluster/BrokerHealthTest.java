package dev.manyhands.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.amqp.AmqpConnectException;
import org.springframework.amqp.rabbit.listener.ListenerContainerConsumerFailedEvent;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class BrokerHealthTest {
  private static final Duration PATIENCE = Duration.ofHours(1);
  private static final String GONE = "The message broker does not answer";

  private final HeardNodes nodes = new HeardNodes("one");
  private final BrokerHealth health = new BrokerHealth(nodes, PATIENCE, started(2));

  private static long started(int patiences) {
    return System.nanoTime() - patiences * PATIENCE.toNanos();
  }

  private void refused(boolean isFatal) {
    health.failed(
        new ListenerContainerConsumerFailedEvent(
            this,
            "cannot listen",
            new AmqpConnectException(new ConnectException("nobody is there")),
            isFatal));
  }

  private void hear(long agoNanos) {
    nodes.heard(
        new Announcement("one", List.of("api"), Map.of(), List.of(), false),
        System.nanoTime() - agoNanos);
  }

  @Test
  void itIsThereWhileThisNodeHearsItself() {
    hear(0);
    assertThat(health.health().getStatus()).isEqualTo(Status.UP);
  }

  @Test
  void itIsAwayWhenThisNodeHasNotHeardItselfForLong() {
    hear(2 * PATIENCE.toNanos());
    assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);

    refused(false);
    Health why = health.health();
    assertThat(why.getDetails())
        .containsEntry("error", "java.net.ConnectException: nobody is there");
  }

  @Test
  void theLogSaysOnceThatItIsAwayAndWhy(CapturedOutput output) {
    for (int beat = 0; beat < 5; beat++) {
      refused(false);
      health.tick(true, 0);
    }
    assertThat(output.getAll()).containsOnlyOnce(GONE).contains("nobody is there");

    health.tick(false, 0);
    health.tick(true, 0);
    health.tick(true, 0);
    assertThat(output.getAll().split(GONE, -1)).hasSize(3);
  }

  @Test
  void aNodeThatStartsIsNotCutOff(CapturedOutput output) {
    assertThat(new BrokerHealth(nodes, PATIENCE, started(0)).health().getStatus())
        .isEqualTo(Status.UNKNOWN);

    health.tick(true, 0);
    health.tick(false, 0);
    assertThat(output.getAll()).doesNotContain(GONE);
  }

  @Test
  void aListenerThatEndsForGoodIsNamed(CapturedOutput output) {
    refused(true);
    assertThat(output.getAll()).contains("does not listen to", "start it again");
  }
}
