package dev.manyhands.cluster;

import dev.manyhands.job.JsonLines;

/// Lines that came in a message: how many they are is counted, and not believed.
final class Lines {
  private Lines() {}

  /// @throws IllegalArgumentException if the last one has no end
  static JsonLines of(byte[] bytes) {
    int count = 0;
    for (byte b : bytes) {
      if (b == '\n') {
        count++;
      }
    }
    return new JsonLines(bytes, 0, bytes.length, count);
  }
}
