package dev.manyhands.testkit;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Outcomes;
import dev.manyhands.pool.ChunkSink;
import dev.manyhands.pool.PoolKind;
import dev.manyhands.pool.WorkerPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A pool of two workers that runs nothing: a test says what becomes of what it was offered.
public final class ScriptedPool implements WorkerPool {
  /// A chunk that a worker has.
  public record Offered(Chunk chunk, ChunkSink sink) {
    /// Tells these outcomes, and that the worker is free again.
    public void finish(Outcomes outcomes) {
      sink.outcomes(chunk, outcomes);
      sink.ended(chunk);
    }
  }

  private final List<Offered> offered = new ArrayList<>();
  private final List<Long> cancelled = new ArrayList<>();
  private final List<Long> cuts = new ArrayList<>();
  private boolean full;
  private boolean broken;
  private int refused;
  private int failed;

  public synchronized List<Offered> offered() {
    return List.copyOf(offered);
  }

  public synchronized List<Long> cuts() {
    return List.copyOf(cuts);
  }

  public synchronized List<Long> cancelled() {
    return List.copyOf(cancelled);
  }

  /// Whether it takes nothing more.
  public synchronized void full(boolean isFull) {
    full = isFull;
  }

  /// From now on it fails in a way that none does.
  public synchronized void breakDown() {
    broken = true;
  }

  /// It is as it was.
  public synchronized void mend() {
    broken = false;
  }

  /// Returns when it has refused so many.
  public void awaitRefused(int n) {
    Wait.until(this, n + " refusals", () -> refused >= n);
  }

  /// Returns when it has failed so often to take something.
  public void awaitFailed(int n) {
    Wait.until(this, n + " failures", () -> failed >= n);
  }

  public Offered awaitOffered(int n) {
    Wait.until(this, n + " chunks", () -> offered.size() >= n);
    return offered().get(n - 1);
  }

  @Override
  public String name() {
    return "threads";
  }

  @Override
  public PoolKind kind() {
    return PoolKind.THREADS;
  }

  @Override
  public int size() {
    return 2;
  }

  @Override
  public int busy() {
    return offered().size();
  }

  @Override
  public Optional<String> problem() {
    return Optional.empty();
  }

  @Override
  public void onChange(Runnable hearer) {
    // It never changes.
  }

  @Override
  public synchronized boolean offer(Chunk chunk, ChunkSink sink) {
    if (broken) {
      failed++;
      notifyAll();
      throw new IllegalStateException("a pool that is broken on purpose");
    }
    if (full) {
      refused++;
    } else {
      offered.add(new Offered(chunk, sink));
    }
    notifyAll();
    return !full;
  }

  @Override
  public synchronized void cut(long chunkId) {
    cuts.add(chunkId);
  }

  @Override
  public synchronized void cancel(long chunkId) {
    cancelled.add(chunkId);
  }

  @Override
  public void cancel(long chunkId, int index) {
    throw new UnsupportedOperationException("no test cancels one task");
  }

  @Override
  public void resize(int size) {
    throw new UnsupportedOperationException("no test resizes it");
  }

  @Override
  public void close() {
    // Nothing runs.
  }
}
