package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Rate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBucketTest {
  private static final long SECOND = 1_000_000_000L;

  @ParameterizedTest
  @CsvSource({"100/s, 10", "1000000/s, 100000", "5/s, 1", "10/m, 1", "3/h, 1", "6000/m, 10"})
  void aTenthOfASecondsTasksMayStartAtOnceAtLeastOne(String rate, int burst) {
    assertThat(new TokenBucket(Rate.of(rate), 0).available(0)).isEqualTo(burst);
  }

  @Test
  void aTaskMoreIsAllowedExactlyWhenItIsDue() {
    TokenBucket bucket = new TokenBucket(Rate.of("7/m"), 5 * SECOND);
    bucket.take(1, 5 * SECOND);
    long due = bucket.due();

    assertThat(due - 5 * SECOND).isBetween(60 * SECOND / 7, 60 * SECOND / 7 + 1);
    assertThat(bucket.available(due - 1)).isZero();
    assertThat(bucket.available(due)).isEqualTo(1);
  }

  @Test
  void nothingIsSavedUpBeyondTheBurst() {
    TokenBucket bucket = new TokenBucket(Rate.of("100/s"), 0);

    assertThat(bucket.available(1000 * SECOND)).isEqualTo(10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"3/s", "100/s", "999983/s", "17/m", "1000/h"})
  void takingAllThatThereIsKeepsToTheRate(String text) {
    Rate rate = Rate.of(text);
    TokenBucket bucket = new TokenBucket(rate, 0);
    long now = 0;
    long taken = 0;
    for (int i = 0; i < 1000; i++) {
      int n = bucket.available(now);
      bucket.take(n, now);
      taken += n;
      now = Math.max(now + 1, bucket.due());
    }
    double allowed = bucket.burst() + (double) now * rate.tasks() / rate.per().toNanos();

    assertThat((double) taken).isBetween(allowed * 0.998 - 2, allowed);
  }

  @Test
  void anotherRateGivesNothingAway() {
    TokenBucket bucket = new TokenBucket(Rate.of("100/s"), 0);
    bucket.take(10, 0);

    assertThat(bucket.at(Rate.of("1000/s"), 0).available(0)).isZero();
    assertThat(bucket.at(Rate.of("1000/s"), 0).available(SECOND / 1000)).isEqualTo(1);
    assertThat(new TokenBucket(Rate.of("100/s"), 0).at(Rate.of("10/s"), 0).available(0))
        .isEqualTo(1);
  }

  @Test
  void whatDidNotStartIsGivenBack() {
    TokenBucket bucket = new TokenBucket(Rate.of("100/s"), 0);
    bucket.take(10, 0);
    bucket.giveBack(4, 0);

    assertThat(bucket.available(0)).isEqualTo(4);
  }

  @Test
  void whatTimeHasPaidForIsNotGivenBackAgain() {
    TokenBucket bucket = new TokenBucket(Rate.of("100/s"), 0);
    bucket.take(10, 0);
    bucket.take(8, SECOND);
    bucket.giveBack(10, 0);

    assertThat(bucket.available(SECOND)).isEqualTo(2);
  }
}
