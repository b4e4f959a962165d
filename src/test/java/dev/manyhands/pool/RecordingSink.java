package dev.manyhands.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.Chunk;
import dev.manyhands.job.Failure;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.testkit.Wait;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Keeps what a pool says, so that tests can wait for it, and fails them when it breaks the
/// contract of [ChunkSink].
final class RecordingSink implements ChunkSink {
  /// How one task ended.
  ///
  /// @param value its line; `null` if it failed
  record Ended(Outcome outcome, String value, @Nullable Failure failure) {}

  @GuardedBy("this")
  private final Map<Integer, Ended> tasks = new TreeMap<>();

  @GuardedBy("this")
  private final List<Outcomes> told = new ArrayList<>();

  @GuardedBy("this")
  private final Set<Long> endedChunks = new HashSet<>();

  @GuardedBy("this")
  private final List<String> broken = new ArrayList<>();

  @Override
  public synchronized void outcomes(Chunk chunk, Outcomes outcomes) {
    if (endedChunks.contains(chunk.id())) {
      broken.add("outcomes after the end of chunk " + chunk.id());
    }
    if (outcomes.first() < chunk.first() || outcomes.end() > chunk.end()) {
      broken.add(outcomes.first() + " to " + outcomes.end() + " is not within chunk " + chunk.id());
    }
    told.add(outcomes);
    List<String> lines = outcomes.values().toString().lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      record(outcomes.first() + i, new Ended(Outcome.SUCCEEDED, lines.get(i), null));
    }
    for (Failure failure : outcomes.failures()) {
      Ended line = tasks.get(failure.index());
      if (line == null || !line.value().equals("null")) {
        broken.add(
            "expected null as the line of failed task " + failure.index() + ", got: " + line);
      }
      tasks.put(failure.index(), new Ended(failure.outcome(), "null", failure));
    }
    notifyAll();
  }

  private synchronized void record(int index, Ended ended) {
    if (tasks.put(index, ended) != null) {
      broken.add("task " + index + " was answered twice");
    }
  }

  @Override
  public synchronized void ended(Chunk chunk) {
    if (!endedChunks.add(chunk.id())) {
      broken.add("chunk " + chunk.id() + " ended twice");
    }
    notifyAll();
  }

  /// Waits until so many chunks have ended, and checks that the contract held all the time.
  RecordingSink untilEnded(int chunks) {
    Wait.until(this, chunks + " chunks have ended", () -> endedChunks() == chunks);
    synchronized (this) {
      if (!broken.isEmpty()) {
        throw new AssertionError(String.join("\n", broken));
      }
    }
    return this;
  }

  synchronized int endedChunks() {
    return endedChunks.size();
  }

  /// By index; what is not in it was not answered.
  synchronized Map<Integer, Ended> tasks() {
    return new TreeMap<>(tasks);
  }

  synchronized List<Outcomes> told() {
    return List.copyOf(told);
  }

  /// The task's end.
  Ended task(int index) {
    Ended ended = tasks().get(index);
    if (ended == null) {
      throw new AssertionError(
          "task " + index + " was not answered; those answered: " + tasks().keySet());
    }
    return ended;
  }

  /// Its failure, which there is.
  Failure failure(int index) {
    Failure failure = task(index).failure();
    if (failure == null) {
      throw new AssertionError("task " + index + " did not fail: " + task(index));
    }
    return failure;
  }
}
