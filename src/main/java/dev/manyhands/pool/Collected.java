package dev.manyhands.pool;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Failure;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.Stint;
import dev.manyhands.job.TaskError;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// The outcomes that a worker has and not told yet. Only its worker touches it, until its task is
/// given up: then only whoever did that.
final class Collected {
  /// Told at the latest when so many bytes have come together: a bound for memory, and for what one
  /// append writes.
  private static final int MAX_BYTES = 1 << 20;

  private final String worker;
  private final InstantSource clock;
  private final LineBuffer values;
  private final TaskSpans spans = new TaskSpans();
  private final List<Failure> failures = new ArrayList<>();
  private int first;
  private Instant startedAt;

  Collected(String worker, InstantSource clock, Chunk chunk, int expectedBytes) {
    this.worker = worker;
    this.clock = clock;
    this.values = new LineBuffer(expectedBytes);
    this.first = chunk.first();
    this.startedAt = clock.instant();
  }

  /// Where the next value is written; [#succeeded] or [#failed] ends it.
  LineBuffer values() {
    return values;
  }

  TaskSpans spans() {
    return spans;
  }

  void succeeded() {
    values.endLine();
  }

  /// @param mark the length of the values before the task
  void failed(int mark, Outcome outcome, TaskError error) {
    values.cut(mark);
    values.writeNull();
    failures.add(new Failure(first + values.lines(), outcome, error));
    values.endLine();
  }

  boolean isEmpty() {
    return values.lines() == 0;
  }

  boolean isFull() {
    return values.length() >= MAX_BYTES;
  }

  /// All that a worker had collected when its running task was given up, and how that task ends.
  Outcomes leftBehind(Outcome outcome, TaskError error, long ranNanos) {
    JsonLines lines = values.markedAndNull();
    spans.add(lines.count() - spans.tasks(), ranNanos);
    failures.add(new Failure(first + lines.count() - 1, outcome, error));
    Stint stint = new Stint(worker, startedAt, clock.instant());
    return new Outcomes(first, lines, failures, spans.take(), List.of(), stint);
  }

  /// All that was collected, and starts anew.
  Outcomes take() {
    Instant now = clock.instant();
    Outcomes outcomes =
        new Outcomes(
            first,
            values.take(),
            failures,
            spans.take(),
            List.of(),
            new Stint(worker, startedAt, now));
    first = outcomes.end();
    failures.clear();
    startedAt = now;
    return outcomes;
  }
}
