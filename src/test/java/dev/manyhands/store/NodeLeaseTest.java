package dev.manyhands.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Containers;
import dev.manyhands.testkit.Wait;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Containers.class)
class NodeLeaseTest {
  private final TestSchema schema = TestSchema.fresh();

  /// As when many nodes leave at once, and the database is slow.
  @Test
  void looksThatAreAskedForBeforeOneBeginsAreOne() {
    AtomicInteger renewals = new AtomicInteger();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goesOn = new CountDownLatch(1);
    CommitFault slow =
        new CommitFault() {
          @Override
          public void before(String write) {
            if (write.equals(Writes.RENEW) && renewals.incrementAndGet() == 1) {
              begun.countDown();
              Wait.until(goesOn, "all have asked");
            }
          }
        };
    FaultyPostgres database = new FaultyPostgres(schema.address(), TestSchema.SETTINGS, slow);
    database.prepare();

    try (NodeLease lease = new NodeLease(database, Duration.ofMinutes(10))) {
      lease.enter();
      lease.lookNow();
      Wait.until(begun, "it looks");
      for (int i = 0; i < 20; i++) {
        lease.lookNow();
      }
      goesOn.countDown();
    }

    // Its end waits for what was asked for. The first may not have seen what the others ask about.
    assertThat(renewals).hasValue(2);
  }
}
