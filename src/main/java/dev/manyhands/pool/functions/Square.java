package dev.manyhands.pool.functions;

import dev.manyhands.pool.TaskFunction;
import org.springframework.stereotype.Component;

/// The square of a whole number; an error where it needs more than 64 bits.
@Component
final class Square implements TaskFunction<Long, Long> {
  @Override
  public String name() {
    return "square";
  }

  @Override
  public String description() {
    return "The square of a whole number; fails where that needs more than 64 bits.";
  }

  @Override
  public Class<Long> inputType() {
    return Long.class;
  }

  @Override
  public Long apply(Long n) {
    return Math.multiplyExact(n, n);
  }
}
