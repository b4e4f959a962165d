package dev.manyhands.pool.functions;

import dev.manyhands.pool.TaskFunction;
import org.springframework.stereotype.Component;

/// Waits, as a call to another service would.
@Component
final class Sleep implements TaskFunction<Long, Long> {
  private static final long MAX_MILLIS = 86_400_000;

  @Override
  public String name() {
    return "sleep";
  }

  @Override
  public String description() {
    return "Waits for a number of milliseconds from 0 to 86400000 (a day) and returns it.";
  }

  @Override
  public Class<Long> inputType() {
    return Long.class;
  }

  @Override
  public Nature nature() {
    return Nature.WAITS;
  }

  @Override
  public Long apply(Long millis) throws InterruptedException {
    if (millis < 0 || millis > MAX_MILLIS) {
      throw new IllegalArgumentException(
          "expected milliseconds from 0 to " + MAX_MILLIS + ", got: " + millis);
    }
    Thread.sleep(millis);
    return millis;
  }
}
