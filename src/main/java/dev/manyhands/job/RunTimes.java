package dev.manyhands.job;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// How long neighbouring tasks ran: spans of tasks measured together, each task of a span counting
/// with its mean.
///
/// Tasks of a microsecond are timed in spans, since reading the clock would cost as much as running
/// them.
///
/// @param counts tasks of each span
/// @param micros run time of each span, microseconds
public record RunTimes(int[] counts, long[] micros) {
  public RunTimes {
    if (counts.length != micros.length) {
      throw new IllegalArgumentException(counts.length + " spans, " + micros.length + " times");
    }
  }

  /// One span: `count` tasks that took `micros` together.
  public static RunTimes of(int count, long micros) {
    return new RunTimes(new int[] {count}, new long[] {micros});
  }

  public int count() {
    return Arrays.stream(counts).sum();
  }

  public long totalMicros() {
    return Arrays.stream(micros).sum();
  }

  /// The spans of `n` tasks after the first `skip`; a cut span keeps its mean.
  public RunTimes slice(int skip, int n) {
    int[] newCounts = new int[counts.length];
    long[] newMicros = new long[counts.length];
    int spans = 0;
    int from = 0;
    for (int i = 0; i < counts.length; i++) {
      int taken = Math.min(from + counts[i], skip + n) - Math.max(from, skip);
      if (taken > 0) {
        newCounts[spans] = taken;
        newMicros[spans++] =
            taken == counts[i] ? micros[i] : Math.round((double) micros[i] * taken / counts[i]);
      }
      from += counts[i];
    }
    return new RunTimes(Arrays.copyOf(newCounts, spans), Arrays.copyOf(newMicros, spans));
  }

  /// Count and time of each span as variable-length integers (LEB128), one after the other.
  public byte[] encode() {
    ByteBuffer to = ByteBuffer.allocate(counts.length * 15);
    for (int i = 0; i < counts.length; i++) {
      put(to, counts[i]);
      put(to, micros[i]);
    }
    return Arrays.copyOf(to.array(), to.position());
  }

  /// @throws IllegalArgumentException if these are not the bytes of [#encode]
  public static RunTimes decode(byte[] bytes) {
    ByteBuffer from = ByteBuffer.wrap(bytes);
    int[] counts = new int[bytes.length];
    long[] micros = new long[bytes.length];
    int spans = 0;
    while (from.hasRemaining()) {
      counts[spans] = Math.toIntExact(get(from));
      micros[spans++] = get(from);
    }
    return new RunTimes(Arrays.copyOf(counts, spans), Arrays.copyOf(micros, spans));
  }

  private static void put(ByteBuffer to, long value) {
    long left = value;
    for (; (left & ~0x7fL) != 0; left >>>= 7) {
      to.put((byte) (left & 0x7f | 0x80));
    }
    to.put((byte) left);
  }

  private static long get(ByteBuffer from) {
    long value = 0;
    for (int shift = 0; from.hasRemaining() && shift < 64; shift += 7) {
      byte b = from.get();
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("cut or overlong number in run times");
  }
}
