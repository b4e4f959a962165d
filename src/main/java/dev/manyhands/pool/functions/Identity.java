package dev.manyhands.pool.functions;

import dev.manyhands.pool.RawJson;
import dev.manyhands.pool.TaskFunction;
import org.springframework.stereotype.Component;

/// Gives every input back byte for byte.
@Component
final class Identity implements TaskFunction<RawJson, RawJson> {
  @Override
  public String name() {
    return "identity";
  }

  @Override
  public String description() {
    return "The input itself, byte for byte; line breaks between tokens come as spaces.";
  }

  @Override
  public Class<RawJson> inputType() {
    return RawJson.class;
  }

  @Override
  public RawJson apply(RawJson input) {
    return input;
  }
}
