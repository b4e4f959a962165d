package dev.manyhands.pool;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Failure;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.RunTimes;
import dev.manyhands.job.Stint;
import dev.manyhands.job.TaskError;
import dev.manyhands.job.TaskOutput;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The answers to one chunk: takes the worker's frames of outcomes, checks every claim in them
/// against the chunk, and passes them on to the sink, those that came together as one. Used by the
/// slot's thread only.
///
/// A worker answers in order: the next index it may answer is known, so that no index can be
/// answered twice or by a worker that was not given it.
final class Answers {
  private static final byte[] NULL_LINE = {'n', 'u', 'l', 'l', '\n'};
  private static final int MAX_GATHERED = 1 << 20;

  private final Chunk chunk;
  private final ChunkSink sink;
  private final String worker;
  private final Asked asked;
  private final OomKills oomKills;
  private Instant since = Instant.now();

  /// The same by a clock that does not jump.
  private long sinceNanos = System.nanoTime();

  private boolean outOfMemory;
  private int next;

  private int first;
  private byte[] values = new byte[0];
  private int length;
  private int[] counts = new int[8];
  private long[] micros = new long[8];
  private int spans;
  private List<Failure> failures = new ArrayList<>(0);
  private List<TaskOutput> output = new ArrayList<>(0);

  Answers(Chunk chunk, ChunkSink sink, String worker, OomKills oomKills) {
    this.chunk = chunk;
    this.asked = new Asked(chunk.call().timeouts());
    this.sink = sink;
    this.worker = worker;
    this.oomKills = oomKills;
    this.next = chunk.first();
    this.first = chunk.first();
  }

  /// Whether a task ran out of memory: its worker may be full of what others left.
  boolean isOutOfMemory() {
    return outOfMemory;
  }

  /// The tasks that were asked to end.
  Asked asked() {
    return asked;
  }

  /// The first index that is not answered.
  int next() {
    return next;
  }

  boolean isComplete() {
    return next == chunk.end();
  }

  /// Takes the payload of a frame of outcomes; all of it, or nothing and a violation.
  void add(ByteBuffer frame) throws Violation {
    try {
      take(frame);
    } catch (BufferUnderflowException cut) {
      throw new Violation("a frame of outcomes that ends early");
    }
    if (length >= MAX_GATHERED) {
      send();
    }
  }

  /// Like [#add], but passes over a frame that was taken before: one that was sent and still lay on
  /// the shelf.
  void addUnlessKnown(ByteBuffer frame) throws Violation {
    if (frame.remaining() >= 4 && frame.getInt(frame.position()) >= next) {
      add(frame);
    }
  }

  private void take(ByteBuffer frame) throws Violation {
    int from = frame.getInt();
    int count = frame.getInt();
    int bytes = frame.getInt();
    int frameSpans = frame.getInt();
    int frameFailures = frame.getInt();
    int frameOutputs = frame.getInt();
    if (from != next || count < 1 || count > chunk.end() - next) {
      throw new Violation(
          "outcomes of " + count + " tasks from index " + from + ", expected from " + next);
    }
    if (bytes < 0 || bytes > frame.remaining() || frameSpans < 1 || frameSpans > count) {
      throw new Violation("a frame of outcomes with impossible counts");
    }
    int valuesAt = frame.arrayOffset() + frame.position();
    ValueLines.check(frame.array(), valuesAt, bytes, count);
    frame.position(frame.position() + bytes);
    int spansBefore = spans;
    try {
      takeSpans(frame, frameSpans, count);
      List<Failure> newFailures = readFailures(frame, frameFailures, from, count);
      List<TaskOutput> newOutput = readOutput(frame, frameOutputs, from, count);
      failures.addAll(newFailures);
      output.addAll(newOutput);
    } catch (Violation | BufferUnderflowException refused) {
      spans = spansBefore;
      throw refused;
    }
    append(frame.array(), valuesAt, bytes);
    next += count;
  }

  private void takeSpans(ByteBuffer frame, int frameSpans, int count) throws Violation {
    if (spans + frameSpans > counts.length) {
      counts = Arrays.copyOf(counts, 2 * (spans + frameSpans));
      micros = Arrays.copyOf(micros, 2 * (spans + frameSpans));
    }
    long timed = 0;
    for (int i = 0; i < frameSpans; i++) {
      long n = frame.getLong();
      long time = frame.getLong();
      if (n < 1 || n > count || time < 0) {
        throw new Violation("a time span of " + n + " tasks");
      }
      timed += n;
      counts[spans] = (int) n;
      micros[spans++] = time;
    }
    if (timed != count) {
      throw new Violation("run times of " + timed + " tasks, expected " + count);
    }
  }

  private List<Failure> readFailures(ByteBuffer frame, int n, int from, int count)
      throws Violation {
    List<Failure> read = new ArrayList<>();
    int least = from;
    for (int i = 0; i < n; i++) {
      Failure failure = oomKills.named(WorkerFailure.read(frame));
      least = checkedIndex(failure.index(), least, from + count);
      read.add(asked.named(failure));
      outOfMemory |= failure.error().isOfMemory();
    }
    return read;
  }

  private static List<TaskOutput> readOutput(ByteBuffer frame, int n, int from, int count)
      throws Violation {
    List<TaskOutput> read = new ArrayList<>();
    int least = from;
    for (int i = 0; i < n; i++) {
      int index = frame.getInt();
      boolean truncated = frame.get() != 0;
      least = checkedIndex(index, least, from + count);
      read.add(new TaskOutput(index, WorkerText.get(frame), WorkerText.get(frame), truncated));
    }
    return read;
  }

  /// The least index that may come after this one.
  private static int checkedIndex(int index, int least, int end) throws Violation {
    if (index < least || index >= end) {
      throw new Violation("index " + index + ", expected " + least + " to " + (end - 1));
    }
    return index + 1;
  }

  private void append(byte[] from, int offset, int bytes) {
    if (length + bytes > values.length) {
      values = Arrays.copyOf(values, length == 0 ? bytes : 2 * (length + bytes));
    }
    System.arraycopy(from, offset, values, length, bytes);
    length += bytes;
  }

  /// Tells the sink what has been gathered.
  void send() {
    if (next == first) {
      return;
    }
    Instant now = Instant.now();
    Outcomes outcomes =
        new Outcomes(
            first,
            new JsonLines(values, 0, length, next - first),
            failures,
            new RunTimes(Arrays.copyOf(counts, spans), Arrays.copyOf(micros, spans)),
            output,
            new Stint(worker, since, now));
    first = next;
    values = new byte[0];
    length = 0;
    spans = 0;
    failures = new ArrayList<>(0);
    output = new ArrayList<>(0);
    restart(now);
    sink.outcomes(chunk, outcomes);
  }

  private void restart(Instant now) {
    since = now;
    sinceNanos = System.nanoTime();
  }

  /// Answers one task that was run on this side, with its value as a line of JSON.
  void succeed(int index, byte[] line) {
    sink.outcomes(chunk, single(index, line, List.of()));
  }

  /// Answers one task that did not come to its end in the worker; those gathered before it are sent
  /// first.
  void fail(int index, Outcome outcome, TaskError error) {
    send();
    sink.outcomes(chunk, single(index, NULL_LINE, List.of(new Failure(index, outcome, error))));
  }

  private Outcomes single(int index, byte[] line, List<Failure> failure) {
    Instant from = since;
    long fromNanos = sinceNanos;
    restart(Instant.now());
    long ran = (sinceNanos - fromNanos) / 1000;
    return new Outcomes(
        index,
        new JsonLines(line, 0, line.length, 1),
        failure,
        RunTimes.of(1, ran),
        List.of(),
        new Stint(worker, from, since));
  }

  /// Answers every task of the chunk with the same error: the function could not be loaded.
  void failAll(TaskError error) {
    byte[] nulls = new byte[chunk.count() * NULL_LINE.length];
    List<Failure> all = new ArrayList<>(chunk.count());
    for (int i = 0; i < chunk.count(); i++) {
      System.arraycopy(NULL_LINE, 0, nulls, i * NULL_LINE.length, NULL_LINE.length);
      all.add(new Failure(chunk.first() + i, Outcome.FAILED, error));
    }
    next = chunk.end();
    first = next;
    Instant now = Instant.now();
    sink.outcomes(
        chunk,
        new Outcomes(
            chunk.first(),
            new JsonLines(nulls, 0, nulls.length, chunk.count()),
            all,
            RunTimes.of(chunk.count(), 0),
            List.of(),
            new Stint(worker, since, now)));
  }
}
