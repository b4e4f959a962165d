package dev.manyhands.web;

import dev.manyhands.dispatch.JobService;
import dev.manyhands.job.Failure;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.LargeValue;
import dev.manyhands.job.ResultBlock;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Reads values that are kept beside the log, a piece at a time.
final class LargeValueReader {
  private LargeValueReader() {}

  /// Writes the bytes `from` to `to - 1` of the value.
  static void write(
      JobService jobs, JobId job, LargeValue value, long from, long to, OutputStream out)
      throws IOException {
    long at = from;
    while (at < to) {
      int piece = (int) (at / LargeValue.PIECE_BYTES);
      int skip = (int) (at % LargeValue.PIECE_BYTES);
      byte[] bytes = jobs.largeValue(job, value.index(), piece);
      int length = (int) Math.min(bytes.length - skip, to - at);
      out.write(bytes, skip, length);
      at += length;
    }
  }

  /// Writes the values of a block's tasks that succeeded, with commas between.
  ///
  /// @param first whether nothing stands before them yet
  /// @return whether that is still so
  static boolean writeSucceeded(
      JobService jobs, JobId job, ResultBlock.Ran ran, boolean first, OutputStream out)
      throws IOException {
    Map<Integer, LargeValue> large =
        ran.large().stream().collect(Collectors.toMap(LargeValue::index, Function.identity()));
    Set<Integer> failed =
        ran.outcomes().failures().stream().map(Failure::index).collect(Collectors.toSet());
    JsonLines lines = ran.outcomes().values();
    boolean none = first;
    int at = lines.offset();
    for (int index = ran.first(); index < ran.outcomes().end(); index++) {
      int end = lines.end(at);
      if (!failed.contains(index)) {
        if (!none) {
          out.write(',');
        }
        none = false;
        LargeValue value = large.get(index);
        if (value == null) {
          out.write(lines.bytes(), at, end - at);
        } else {
          write(jobs, job, value, 0, value.bytes(), out);
        }
      }
      at = end + 1;
    }
    return none;
  }
}
