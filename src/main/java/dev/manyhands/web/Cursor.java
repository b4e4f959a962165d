package dev.manyhands.web;

import dev.manyhands.job.JobId;
import dev.manyhands.job.Shown;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/// A place in the results of one job in one order, as text: where the next page starts. Clients
/// give it back as it came; one of another job or order, or a damaged one, is refused.
///
/// @param position how many tasks come before
record Cursor(JobId job, ResultOrder order, long position) {
  /// The place that a client names, or the start.
  static Cursor after(@Nullable String text, JobId job, ResultOrder order) {
    return text == null ? new Cursor(job, order, 0) : named("after", text, job, order);
  }

  /// The same; a `Last-Event-ID` goes before, as it does when browsers come back.
  static Cursor of(
      HttpServletRequest request, @Nullable String after, JobId job, ResultOrder order) {
    String last = request.getHeader("Last-Event-ID");
    return last == null || last.isEmpty()
        ? after(after, job, order)
        : named("Last-Event-ID", last, job, order);
  }

  /// The place that a client names by the given parameter or header.
  static Cursor named(String where, String text, JobId job, ResultOrder order) {
    int dash = text.indexOf('-');
    if (dash > 0 && dash <= 12 && text.length() <= 24) {
      try {
        long position = Long.parseLong(text, 0, dash, CheckSum.RADIX);
        Cursor cursor = new Cursor(job, order, position);
        // The sum is no secret, so it can be made for a place that no job has.
        if (position >= 0 && position <= Integer.MAX_VALUE && cursor.text().equals(text)) {
          return cursor;
        }
      } catch (NumberFormatException e) {
        // Falls through: damaged.
      }
    }
    throw Refusals.parameter(
        where,
        "expected the next or the id of a result of this job in the same order, got: "
            + Shown.of(text));
  }

  String text() {
    String place = Long.toString(position, CheckSum.RADIX);
    return place + "-" + CheckSum.of(job.text() + order.word() + place);
  }
}
