package dev.manyhands.dispatch;

import dev.manyhands.job.JobId;
import dev.manyhands.job.JsonLines;
import java.util.Arrays;

/// Values gathered into one JSON array on one line, as long as they fit. Used by one thread.
final class ArrayLine {
  private static final int FIRST_BYTES = 1024;

  private final JobId job;
  private final int max;
  private byte[] bytes = new byte[FIRST_BYTES];
  private int length;

  /// @param job whose values they are, for the message if they don't fit
  ArrayLine(JobId job, int max) {
    this.job = job;
    this.max = max;
    bytes[length++] = '[';
  }

  /// @throws dev.manyhands.job.Refused if they don't fit
  void add(JsonLines values) {
    long needed = (long) length + values.length() + 1;
    if (needed > (long) max + 1) {
      throw Feed.tooLarge(job, max);
    }
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.max(needed, Math.min(2L * bytes.length, max + 1L)));
    }
    int end = values.offset() + values.length();
    for (int i = values.offset(); i < end; i++) {
      byte b = values.bytes()[i];
      bytes[length++] = b == '\n' ? (byte) ',' : b;
    }
  }

  JsonLines line() {
    byte[] line = Arrays.copyOf(bytes, length + 2);
    int close = length == 1 ? 1 : length - 1; // the last comma makes way
    line[close] = ']';
    line[close + 1] = '\n';
    return new JsonLines(line, 0, close + 2, 1);
  }
}
