package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.manyhands.job.RunTimes;
import java.math.BigDecimal;
import java.math.RoundingMode;

/// The run times of a block's tasks as text, in milliseconds; asked for from the first task on, so
/// that it need not search. Tasks of one span share their text.
final class RunMs {
  private final RunTimes times;
  private int span = -1;
  private int spanEnd;
  private byte[] text = {};

  RunMs(RunTimes times) {
    this.times = times;
  }

  /// @param position rises from call to call
  byte[] at(int position) {
    while (position >= spanEnd) {
      span++;
      spanEnd += times.counts()[span];
      if (position < spanEnd) {
        text = text(times.micros()[span], times.counts()[span]);
      }
    }
    return text;
  }

  /// To the nanosecond, without zeros at the end.
  private static byte[] text(long micros, int count) {
    BigDecimal millis =
        BigDecimal.valueOf(micros, 3).divide(BigDecimal.valueOf(count), 6, RoundingMode.HALF_UP);
    return millis.stripTrailingZeros().toPlainString().getBytes(US_ASCII);
  }
}
