package dev.manyhands.pool;

import java.nio.charset.StandardCharsets;

/// A JSON value as its bytes, for functions that pass values on as they came.
///
/// @param bytes one valid JSON value without a line feed; not to be changed
public record RawJson(byte[] bytes) {
  public static RawJson of(String json) {
    return new RawJson(json.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
