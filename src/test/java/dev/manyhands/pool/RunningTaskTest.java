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
    task.interruptIfOlder(0, Long.MAX_VALUE);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    task.begin(0);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThat(task.end()).isFalse();
  }

  @Test
  void onlyATaskOverTheLimitIsInterrupted() {
    task.begin(1000);
    assertThat(task.interruptIfOlder(500, 1499)).isEqualTo(1);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThat(task.interruptIfOlder(500, 1500)).isEqualTo(500);
    assertThat(Thread.interrupted()).isTrue();
    task.interruptIfOlder(500, 9999);
    assertThat(Thread.currentThread().isInterrupted())
        .as("a second interrupt for one timeout")
        .isFalse();
    assertThat(task.end()).isTrue();
  }

  @Test
  void cancelInterruptsATaskAgainThatSwallowedItsTimeout() {
    task.begin(0);
    task.interruptIfOlder(0, 1);
    assertThat(Thread.interrupted()).isTrue();
    task.interrupt();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(task.end()).isTrue();
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
                task.interruptIfOlder(0, 1);
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
