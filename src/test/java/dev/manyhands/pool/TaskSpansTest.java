package dev.manyhands.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.RunTimes;
import org.junit.jupiter.api.Test;

class TaskSpansTest {
  private static final long MILLI = 1_000_000;

  private final TaskSpans spans = new TaskSpans();

  @Test
  void tinyTasksAreTimedTogetherAfterAFew() {
    int clockReads = 0;
    int tasks = 0;
    for (; tasks < 10_000; clockReads++) {
      int next = spans.next();
      assertThat(next).isBetween(1, 64);
      spans.add(next, next * 50L);
      tasks += next;
    }
    assertThat(clockReads).isLessThan(10_000 / 64 + 20);
    RunTimes times = spans.take();
    assertThat(times.count()).isEqualTo(tasks);
    assertThat(times.totalMicros()).isEqualTo(tasks * 50L / 1000);
  }

  @Test
  void aSlowTaskIsASpanOfItsOwn() {
    for (int i = 0; i < 20; i++) {
      spans.add(1, 1_000);
    }
    assertThat(spans.next()).isGreaterThan(1);
    spans.add(1, 5 * MILLI);
    assertThat(spans.next()).isEqualTo(1);
    spans.add(1, 7 * MILLI);
    spans.add(1, 1_000);
    RunTimes times = spans.take();
    assertThat(times.counts()).containsExactly(20, 1, 1, 1);
    assertThat(times.micros()).containsExactly(20, 5_000, 7_000, 1);
  }

  @Test
  void whatWasTakenIsNotTakenAgain() {
    spans.add(1, MILLI);
    spans.take();
    spans.add(1, 2 * MILLI);
    assertThat(spans.take().micros()).containsExactly(2_000);
  }
}
