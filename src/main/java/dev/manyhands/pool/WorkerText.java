package dev.manyhands.pool;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Texts in frames: a length of four bytes, then UTF-8.
final class WorkerText {
  private WorkerText() {}

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static void put(ByteBuffer to, byte[] text) {
    to.putInt(text.length).put(text);
  }

  /// @throws Violation if the text says that it is longer than what is left
  static String get(ByteBuffer from) throws Violation {
    int length = from.getInt();
    if (length < 0 || length > from.remaining()) {
      throw new Violation("a text of " + length + " bytes in the last " + from.remaining());
    }
    byte[] text = new byte[length];
    from.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }
}
