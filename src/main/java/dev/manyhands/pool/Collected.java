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

/// The outcomes that a worker has and not told yet. Only its worker touches it, but while it runs a
/// task whoever has its [turn to tell][ChunkRun#tellHeld]; when its task is given up, only whoever
/// did that.
final class Collected {
  /// Told at the latest when so many bytes have come together: a bound for memory, and for what one
  /// append writes.
  private static final int MAX_BYTES = 1 << 20;

  private final String worker;
  private final InstantSource clock;
  private final LineBuffer values;
  private final TaskSpans spans = new TaskSpans();
  private final int start;
  private final List<Failure> failures = new ArrayList<>();

  /// Of the first line in the buffer.
  private int first;

  private Instant startedAt;

  /// Tasks of the chunk that are told of.
  private volatile int told;

  Collected(String worker, InstantSource clock, Chunk chunk, int expectedBytes) {
    this.worker = worker;
    this.clock = clock;
    this.values = new LineBuffer(expectedBytes);
    this.start = chunk.first();
    this.first = start;
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
    return values.left() == 0;
  }

  /// Tasks of the chunk that are told of. For any thread.
  int told() {
    return told;
  }

  boolean isFull() {
    return values.length() >= MAX_BYTES;
  }

  /// What a worker had collected when its running task began. Tiny tasks that are not timed yet
  /// count as nothing, and their time as that of the task which runs.
  Outcomes held() {
    int at = first + values.lines() - values.left();
    int untimed = values.left() - spans.tasks();
    if (untimed > 0) {
      spans.add(untimed, 0);
    }
    return outcomes(at, values.passMarked());
  }

  /// All that a worker had collected when its running task was given up, and how that task ends.
  Outcomes leftBehind(Outcome outcome, TaskError error, long ranNanos) {
    int at = first + values.lines() - values.left();
    JsonLines lines = values.markedAndNull();
    spans.add(lines.count() - spans.tasks(), ranNanos);
    failures.add(new Failure(at + lines.count() - 1, outcome, error));
    return outcomes(at, lines);
  }

  /// All that was collected, and starts anew.
  Outcomes take() {
    int at = first + values.lines() - values.left();
    Outcomes outcomes = outcomes(at, values.take());
    first = outcomes.end();
    return outcomes;
  }

  private Outcomes outcomes(int at, JsonLines lines) {
    Instant now = clock.instant();
    Stint stint = new Stint(worker, startedAt, now);
    Outcomes outcomes = new Outcomes(at, lines, failures, spans.take(), List.of(), stint);
    failures.clear();
    startedAt = now;
    told = outcomes.end() - start;
    return outcomes;
  }
}
