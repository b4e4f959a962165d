package dev.manyhands.web;

import java.io.IOException;
import java.io.OutputStream;

/// Gathers small pieces of an answer into writes of some size.
final class ByteSink {
  static final int CAPACITY = 64 * 1024;

  /// Enough for the longest number.
  private static final int LEAST = 64;

  private final OutputStream out;
  private final byte[] buffer;
  private int length;

  ByteSink(OutputStream out) {
    this(out, CAPACITY);
  }

  /// @param bytes about as many as will come: what is written at once is never much more
  ByteSink(OutputStream out, long bytes) {
    this.out = out;
    this.buffer = new byte[Math.clamp(bytes, LEAST, CAPACITY)];
  }

  ByteSink put(int oneByte) throws IOException {
    room(1);
    buffer[length++] = (byte) oneByte;
    return this;
  }

  ByteSink put(byte[] bytes) throws IOException {
    return put(bytes, 0, bytes.length);
  }

  ByteSink put(byte[] bytes, int offset, int count) throws IOException {
    if (count > buffer.length / 2) {
      flush();
      out.write(bytes, offset, count);
    } else {
      room(count);
      System.arraycopy(bytes, offset, buffer, length, count);
      length += count;
    }
    return this;
  }

  /// A number from 0 on, in decimal.
  ByteSink put(long number) throws IOException {
    room(20);
    int from = length;
    long left = number;
    do {
      buffer[length++] = (byte) ('0' + left % 10);
      left /= 10;
    } while (left > 0);
    for (int i = from, j = length - 1; i < j; i++, j--) {
      byte swapped = buffer[i];
      buffer[i] = buffer[j];
      buffer[j] = swapped;
    }
    return this;
  }

  private void room(int count) throws IOException {
    if (length + count > buffer.length) {
      flush();
    }
  }

  void flush() throws IOException {
    out.write(buffer, 0, length);
    length = 0;
  }
}
