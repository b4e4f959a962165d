package dev.manyhands.job;

import java.util.regex.Pattern;

/// The address of a job: `job_` and a ULID (26 characters of Crockford's base 32), so that ids sort
/// by creation time.
public record JobId(String text) implements Comparable<JobId> {
  private static final Pattern FORM = Pattern.compile("job_[0-7][0-9A-HJKMNP-TV-Z]{25}");

  public JobId {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "expected a job id (job_ and 26 characters of 0-9 A-Z without I L O U), got: "
              + Shown.of(text));
    }
  }

  @Override
  public int compareTo(JobId other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
