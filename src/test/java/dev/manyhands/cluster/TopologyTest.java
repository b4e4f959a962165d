package dev.manyhands.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Wait;
import java.net.ConnectException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.AmqpConnectException;

class TopologyTest {
  private final AtomicInteger made = new AtomicInteger();

  @Test
  void itIsMadeAgainWhileThisNodeHearsNothing() {
    Topology topology = new Topology(made::incrementAndGet);
    topology.tick(false, 0);
    topology.tick(true, 0);

    Wait.untilSeen("it is made", () -> made.get() > 0);
    assertThat(made).hasValue(1);
  }

  @Test
  void aBrokerThatIsAwayIsTriedAgain() {
    Topology topology =
        new Topology(() -> {
          made.incrementAndGet();
          throw new AmqpConnectException(new ConnectException("there is none"));
        });

    Wait.untilSeen(
        "a second try",
        () -> {
          topology.tick(true, 0);
          return made.get() > 1;
        });
    assertThat(made.get()).isGreaterThan(1);
  }
}
