package dev.manyhands.pool;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Failure;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.TaskError;
import dev.manyhands.job.TaskOutput;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Remembers how the tasks of one chunk ended, and fails on an index that is answered twice or was
/// never asked for.
final class HeardSink implements ChunkSink {
  /// Long enough for a machine that does ten other things.
  private static final int PATIENCE_SECONDS = 60;

  final Map<Integer, String> values = new TreeMap<>();
  final Map<Integer, Failure> failures = new TreeMap<>();
  final Map<Integer, TaskOutput> output = new TreeMap<>();
  final List<Outcomes> told = new ArrayList<>();
  private final CountDownLatch firstOutcome = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  @Override
  public synchronized void outcomes(Chunk chunk, Outcomes outcomes) {
    if (ended.getCount() == 0) {
      throw new AssertionError("outcomes after the end");
    }
    told.add(outcomes);
    String[] lines =
        new String(outcomes.values().toByteArray(), StandardCharsets.UTF_8).split("\n", -1);
    for (int i = 0; i < outcomes.count(); i++) {
      int index = outcomes.first() + i;
      if (index < chunk.first() || index >= chunk.end() || values.containsKey(index)) {
        throw new AssertionError("index " + index);
      }
      values.put(index, lines[i]);
    }
    outcomes.failures().forEach(failure -> failures.put(failure.index(), failure));
    outcomes.output().forEach(text -> output.put(text.index(), text));
    firstOutcome.countDown();
  }

  @Override
  public synchronized void ended(Chunk chunk) {
    if (ended.getCount() == 0) {
      throw new AssertionError("ended twice");
    }
    ended.countDown();
  }

  HeardSink awaitEnd() throws InterruptedException {
    return awaitEnd(PATIENCE_SECONDS);
  }

  HeardSink awaitEnd(int seconds) throws InterruptedException {
    if (!ended.await(seconds, TimeUnit.SECONDS)) {
      Thread.getAllStackTraces()
          .forEach((thread, stack) -> System.err.println(thread + " " + List.of(stack)));
      throw new AssertionError("the chunk does not end");
    }
    return this;
  }

  void awaitFirstOutcome() throws InterruptedException {
    if (!firstOutcome.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("no outcome comes");
    }
  }

  /// The indexes that were answered, as `0 1 2`.
  String answered() {
    return String.join(" ", values.keySet().stream().map(String::valueOf).toList());
  }

  Outcome outcome(int index) {
    Failure failure = failures.get(index);
    return failure == null ? Outcome.SUCCEEDED : failure.outcome();
  }

  TaskOutput output(int index) {
    TaskOutput text = output.get(index);
    if (text == null) {
      throw new AssertionError("task " + index + " wrote nothing");
    }
    return text;
  }

  TaskError error(int index) {
    Failure failure = failures.get(index);
    if (failure == null) {
      throw new AssertionError("task " + index + " did not fail: " + values.get(index));
    }
    return failure.error();
  }
}
