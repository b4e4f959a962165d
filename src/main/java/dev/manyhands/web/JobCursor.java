package dev.manyhands.web;

import dev.manyhands.job.JobId;
import dev.manyhands.job.Shown;

/// A place in the list of jobs, as text: where the next page starts. It means the same under every
/// filter, and when the job is gone. Clients give it back as it came; a damaged one is refused.
///
/// @param last the last job before it
record JobCursor(JobId last) {
  private static final int MAX_CHARS = 60;

  static JobCursor before(String text) {
    int dash = text.lastIndexOf('-');
    if (dash > 0 && text.length() <= MAX_CHARS) {
      try {
        JobCursor cursor = new JobCursor(new JobId(text.substring(0, dash)));
        if (cursor.text().equals(text)) {
          return cursor;
        }
      } catch (IllegalArgumentException e) {
        // Falls through: damaged.
      }
    }
    throw Refusals.parameter("before", "expected the next of a page, got: " + Shown.of(text));
  }

  String text() {
    return last.text() + "-" + CheckSum.of("jobs " + last.text());
  }
}
