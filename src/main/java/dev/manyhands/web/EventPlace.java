package dev.manyhands.web;

import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobState;
import dev.manyhands.job.Reason;
import dev.manyhands.job.Shown;

/// What a reader of a job's events knows, as the id of the last that it got: `running.5.64-1x2y3z`.
/// It means the same after a restart of the service.
///
/// @param held whether it knows that the job is paused while it receives, which is no state
/// @param end whether it got the end
record EventPlace(JobState state, boolean held, int done, int total, boolean end) {
  private static final int RADIX = CheckSum.RADIX;
  private static final int MAX_CHARS = 60;
  private static final String HELD = "held_";
  private static final String END = "end_";

  static EventPlace of(Job job) {
    return new EventPlace(
        job.state(), isHeld(job), job.counts().done(), job.counts().total(), false);
  }

  private static boolean isHeld(Job job) {
    Reason reason = job.standing().reason();
    return job.state() == JobState.RECEIVING
        && reason != null
        && reason.kind() == Reason.Kind.PAUSED;
  }

  EventPlace atEnd() {
    return new EventPlace(state, held, done, total, true);
  }

  /// Whether the job stands otherwise there than here, and not only further.
  boolean isMoveFrom(EventPlace other) {
    return state != other.state || held != other.held;
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
                  parts[0].equals(HELD + state.word()),
                  Integer.parseInt(parts[1], RADIX),
                  Integer.parseInt(parts[2], RADIX),
                  parts[0].equals(END + state.word()));
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
        (end ? END : held ? HELD : "")
            + state.word()
            + "."
            + Integer.toString(done, RADIX)
            + "."
            + Integer.toString(total, RADIX);
    return place + "-" + CheckSum.of(job.text() + place);
  }
}
