package dev.manyhands.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// When a pool starts processes anew for those that end.
class RestartBudgetTest {
  private static final long MILLI = 1_000_000;

  private long now = Long.MAX_VALUE - 5_000 * MILLI;
  private final RestartBudget budget = new RestartBudget(now);

  private void die(int times) {
    for (int i = 0; i < times; i++) {
      budget.died(now);
    }
  }

  @Test
  void aBurstOfDeathsCostsNothing() {
    die(RestartBudget.TOKENS);
    assertThat(budget.waitBeforeStart(now)).isZero();
    assertThat(budget.died(now)).as("and one more").isTrue();
    assertThat(budget.waitBeforeStart(now)).isPositive();
  }

  @Test
  void deathsWithoutWorkMakeStartsEverSlowerUpToTheLongestPause() {
    die(RestartBudget.TOKENS);
    long before = 0;
    for (int i = 0; i < 6; i++) {
      now += before;
      die(1);
      long wait = budget.waitBeforeStart(now);
      assertThat(wait).isGreaterThan(before);
      before = wait;
    }
    die(100);
    assertThat(budget.waitBeforeStart(now)).isEqualTo(RestartBudget.LONGEST.toNanos());
    assertThat(budget.waitBeforeStart(now))
        .as("one that comes beside it")
        .isEqualTo(RestartBudget.LONGEST.toNanos());
    assertThat(budget.pause()).isEqualTo(RestartBudget.LONGEST);
  }

  @Test
  void startsAreApartByThePause() {
    die(RestartBudget.TOKENS + 1);
    long first = budget.waitBeforeStart(now);
    assertThat(first).isPositive();
    assertThat(budget.waitBeforeStart(now)).isEqualTo(2 * first);
  }

  @Test
  void workMakesStartsQuickAgain() {
    die(RestartBudget.TOKENS + 10);
    for (int work = 1; work < 5; work++) {
      assertThat(budget.worked(now)).isFalse();
    }
    assertThat(budget.worked(now)).isTrue();
    assertThat(budget.waitBeforeStart(now)).isZero();
    assertThat(budget.pause()).isEqualTo(Duration.ZERO);
  }

  @Test
  void aPoolIsNotSlowedByWorkersThatAreKilledAmongItsWork() {
    for (int kill = 0; kill < 1000; kill++) {
      now += 200 * MILLI;
      assertThat(budget.died(now)).isFalse();
      assertThat(budget.waitBeforeStart(now)).isZero();
      budget.worked(now);
    }
  }

  @Test
  void withoutDeathsTimeMakesStartsQuickAgain() {
    die(RestartBudget.TOKENS + 10);
    now += 30_000 * MILLI;
    assertThat(budget.waitBeforeStart(now)).isZero();
  }
}
