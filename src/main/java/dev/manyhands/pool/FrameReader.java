package dev.manyhands.pool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/// Cuts the bytes from a worker process into frames: length, type, payload. Used by one thread at a
/// time; any may ask whether it is [#waiting].
///
/// Reads as much as has come, so that a short answer costs one read.
final class FrameReader {
  private static final int HEADER = 5;
  private static final int USUAL = 1 << 16;
  private static final int MAX_KEPT = 1 << 20;

  private final ReadableByteChannel from;
  private final int maxPayload;
  private ByteBuffer buffer = allocate(USUAL).limit(0);

  /// Counts when a wait begins and when it ends. Only the reading thread writes it.
  private volatile long turns;

  FrameReader(ReadableByteChannel from, int maxPayload) {
    this.from = from;
    this.maxPayload = maxPayload;
  }

  /// One frame. The payload is valid until the next one is read.
  record Frame(byte type, ByteBuffer payload) {}

  /// Whether nothing has come after the last frame.
  boolean isEmpty() {
    return !buffer.hasRemaining();
  }

  /// Whether the next frame is here already, so that reading it does not wait.
  boolean isReady() {
    return buffer.remaining() >= HEADER
        && buffer.remaining() - HEADER >= buffer.getInt(buffer.position());
  }

  /// Waits for the next frame; null at the end, also when it comes in the middle of a frame.
  ///
  /// @throws Violation if the frame says that it is longer than frames may be
  @Nullable Frame next() throws IOException, Violation {
    if (!fill(HEADER)) {
      return null;
    }
    int length = buffer.getInt(buffer.position());
    if (length < 0 || length > maxPayload) {
      throw new Violation("a frame of " + Integer.toUnsignedString(length) + " bytes");
    }
    if (!fill(HEADER + length)) {
      return null;
    }
    byte type = buffer.get(buffer.position() + 4);
    ByteBuffer payload =
        buffer.slice(buffer.position() + HEADER, length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.position(buffer.position() + HEADER + length);
    return new Frame(type, payload);
  }

  private boolean fill(int needed) throws IOException {
    if (buffer.remaining() >= needed) {
      return true;
    }
    makeRoom();
    try {
      while (buffer.position() < needed) {
        if (!buffer.hasRemaining()) {
          grow(needed);
        }
        if (read() < 0) {
          return false;
        }
      }
      return true;
    } finally {
      buffer.flip();
    }
  }

  private int read() throws IOException {
    long turn = turns;
    turns = turn + 1;
    try {
      return from.read(buffer);
    } finally {
      turns = turn + 2;
    }
  }

  /// Which wait for bytes goes on now: a number that no other has, or 0 if none does.
  long waiting() {
    long now = turns;
    return now % 2 == 0 ? 0 : now;
  }

  /// Moves what is left to the start; a buffer that one long frame needed is let go.
  private void makeRoom() {
    if (buffer.capacity() > MAX_KEPT && buffer.remaining() <= USUAL) {
      buffer = allocate(USUAL).put(buffer);
    } else {
      buffer.compact();
    }
  }

  /// What a frame says of its length is believed only as far as bytes have come: a buffer doubles
  /// at most.
  private void grow(int needed) {
    buffer = allocate(Math.min(needed, 2 * buffer.capacity())).put(buffer.flip());
  }

  private static ByteBuffer allocate(int capacity) {
    return ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
  }
}
