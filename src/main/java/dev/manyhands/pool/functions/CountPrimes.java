package dev.manyhands.pool.functions;

import dev.manyhands.pool.TaskFunction;
import org.springframework.stereotype.Component;

/// How many primes are below a number, by trial division: needs a core and next to no memory.
@Component
final class CountPrimes implements TaskFunction<Long, Long> {
  /// Keeps the square of a divisor far from overflow; nobody waits for so many anyway.
  private static final long MAX = 1_000_000_000_000L;

  @Override
  public String name() {
    return "count-primes";
  }

  @Override
  public String description() {
    return "How many primes are below a whole number from 0 to 10^12; computes, so that a core is busy.";
  }

  @Override
  public Class<Long> inputType() {
    return Long.class;
  }

  @Override
  public Long apply(Long limit) throws InterruptedException {
    if (limit < 0 || limit > MAX) {
      throw new IllegalArgumentException("expected a whole number from 0 to 10^12, got: " + limit);
    }
    long count = limit > 2 ? 1 : 0;
    for (long n = 3; n < limit; n += 2) {
      if (isOddPrime(n)) {
        count++;
      }
      // A number takes some microseconds at most, so this is soon enough and costs nothing.
      if (Thread.interrupted()) {
        throw new InterruptedException("stopped at " + n);
      }
    }
    return count;
  }

  private static boolean isOddPrime(long n) {
    for (long divisor = 3; divisor * divisor <= n; divisor += 2) {
      if (n % divisor == 0) {
        return false;
      }
    }
    return true;
  }
}
