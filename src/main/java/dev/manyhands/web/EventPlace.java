package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobState;
import dev.manyhands.job.Shown;
import java.util.zip.CRC32C;

/// What a reader of a job's events knows, as the id of the last that it got: `running.5.64-1x2y3z`.
/// It means the same after a restart of the service.
///
/// @param end whether it got the end
record EventPlace(JobState state, int done, int total, boolean end) {
  private static final int RADIX = 36;
  private static final int MAX_CHARS = 60;

  static EventPlace of(Job job) {
    return new EventPlace(job.state(), job.counts().done(), job.counts().total(), false);
  }

  EventPlace atEnd() {
    return new EventPlace(state, done, total, true);
  }

  /// The place that a client names.
  static EventPlace named(String text, JobId job) {
    String[] parts = text.length() > MAX_CHARS ? new String[0] : text.split("[.-]", -1);
    if (parts.length == 4) {
      for (JobState state : JobState.values()) {
        try {
          EventPlace place =
              new EventPlace(
                  state,
                  Integer.parseInt(parts[1], RADIX),
                  Integer.parseInt(parts[2], RADIX),
                  parts[0].equals("end_" + state.word()));
          if (place.text(job).equals(text)) {
            return place;
          }
        } catch (NumberFormatException e) {
          break; // damaged
        }
      }
    }
    throw Refusals.parameter(
        "Last-Event-ID", "expected the id of an event of this job, got: " + Shown.of(text));
  }

  String text(JobId job) {
    String place =
        (end ? "end_" : "")
            + state.word()
            + "."
            + Integer.toString(done, RADIX)
            + "."
            + Integer.toString(total, RADIX);
    CRC32C sum = new CRC32C();
    sum.update((job.text() + place).getBytes(US_ASCII));
    return place + "-" + Long.toString(sum.getValue(), RADIX);
  }
}
