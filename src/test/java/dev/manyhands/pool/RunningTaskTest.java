package dev.manyhands.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Wait;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RunningTaskTest {
  private final RunningTask task = new RunningTask(Thread.currentThread());

  @AfterEach
  void clearFlag() {
    Thread.interrupted();
  }

  @Test
  void anInterruptHitsTheRunningTaskAndItsEndClearsTheFlag() {
    task.begin(0);
    task.interrupt();
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
    assertThat(task.end()).isTrue();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void betweenTasksAnInterruptHitsNothing() {
    task.interrupt();
    task.begin(0);
    assertThat(task.end()).isFalse();
    task.interrupt();
    task.interrupt(1);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    task.begin(0);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThat(task.end()).isFalse();
  }

  @Test
  void onlyTheTaskThatIsMeantIsInterrupted() {
    task.begin(1000);
    assertThat(task.running()).isEqualTo(1);
    assertThat(task.ranNanos(1, 1499)).isEqualTo(499);
    assertThat(task.ranNanos(2, 1499)).isNegative();
    task.interrupt(2);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    task.end();
    assertThat(task.running()).isZero();
    task.begin(2000);
    task.interrupt(1);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThat(task.end()).isFalse();
  }

  @Test
  void anInterruptComesAgainToATaskThatSwallowedTheFirst() {
    task.begin(0);
    task.interrupt(1);
    assertThat(Thread.interrupted()).isTrue();
    task.interrupt();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(task.end()).isTrue();
  }

  @Test
  void aTaskThatIsGivenUpStaysSoAndOneThatEndedIsNot() {
    task.begin(0);
    assertThat(task.end()).isFalse();
    assertThat(task.giveUp(1)).isFalse();
    task.begin(0);
    assertThat(task.giveUp(2)).isTrue();
    task.interrupt();
    assertThat(Thread.interrupted()).as("an interrupt of a task that is given up").isFalse();
    assertThat(task.end()).isTrue();
    assertThat(task.isGivenUp()).isTrue();
    assertThat(task.giveUp(2)).isFalse();
  }

  @Test
  void noInterruptIsLeftBetweenTasksHoweverTheyRace() throws InterruptedException {
    AtomicBoolean over = new AtomicBoolean();
    CountDownLatch begun = new CountDownLatch(1);
    Thread interrupter =
        Thread.ofPlatform()
            .start(() -> {
              begun.countDown();
              while (!over.get()) {
                task.interrupt(task.running());
                task.interrupt();
              }
            });
    Wait.until(begun, "the interrupter runs");
    int hit = 0;
    int leaked = 0;
    for (int i = 0; i < 300_000 || hit == 0; i++) {
      task.begin(0);
      hit += task.end() ? 1 : 0;
      leaked += Thread.currentThread().isInterrupted() ? 1 : 0;
    }
    over.set(true);
    interrupter.join();
    assertThat(leaked).isZero();
  }
}
