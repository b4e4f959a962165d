package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Wait;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignalTest {
  private static final long LONG = Wait.LIMIT.toNanos() * 2;

  private final Signal signal = new Signal();
  private final AtomicInteger fact = new AtomicInteger();

  /// Each change is raised while waiters come and go; one that was lost would leave someone behind.
  @ParameterizedTest
  @ValueSource(ints = {1, 8, 200})
  void everyWaiterSeesEveryChange(int waiters) {
    int changes = 300;
    AtomicInteger newest = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(waiters);
    for (int i = 0; i < waiters; i++) {
      Thread.startVirtualThread(() -> {
        for (int known = 0; known < changes; known = fact.get()) {
          int seen = known;
          signal.await(() -> fact.get() > seen, LONG);
          newest.accumulateAndGet(fact.get(), Math::max);
        }
        done.countDown();
      });
    }
    for (int i = 1; i <= changes; i++) {
      int change = i;
      fact.set(change);
      signal.raise();
      Wait.untilSeen("somebody saw it", () -> newest.get() >= change);
    }

    Wait.until(done, "every waiter saw the last change");
  }

  @Test
  void aWaitEndsWithItsTime() {
    long from = System.nanoTime();

    signal.await(() -> false, 1_000_000);

    assertThat(System.nanoTime() - from).isGreaterThanOrEqualTo(1_000_000);
  }

  @Test
  void anInterruptEndsTheWaitAndStays() {
    List<Boolean> interrupted = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(1);
    Thread waiter =
        Thread.startVirtualThread(() -> {
          signal.await(() -> false, LONG);
          interrupted.add(Thread.currentThread().isInterrupted());
          done.countDown();
        });

    waiter.interrupt();

    Wait.until(done, "the wait ended");
    assertThat(interrupted).containsExactly(true);
  }
}
