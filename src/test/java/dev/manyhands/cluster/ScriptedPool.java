package dev.manyhands.cluster;

import dev.manyhands.job.Chunk;
import dev.manyhands.pool.ChunkSink;
import dev.manyhands.pool.PoolKind;
import dev.manyhands.pool.WorkerPool;
import dev.manyhands.testkit.Wait;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A pool of two workers that runs nothing: a test says what becomes of what it was offered.
final class ScriptedPool implements WorkerPool {
  /// A chunk that a worker has.
  record Offered(Chunk chunk, ChunkSink sink) {
    void finish() {
      sink.outcomes(chunk, Chunks.outcomes(chunk.first(), chunk.count()));
      sink.ended(chunk);
    }
  }

  private final List<Offered> offered = new ArrayList<>();
  private final List<Long> cancelled = new ArrayList<>();
  private final List<Long> cuts = new ArrayList<>();
  private boolean full;
  private int refused;

  synchronized List<Offered> offered() {
    return List.copyOf(offered);
  }

  synchronized List<Long> cuts() {
    return List.copyOf(cuts);
  }

  synchronized List<Long> cancelled() {
    return List.copyOf(cancelled);
  }

  /// Whether it takes nothing more.
  synchronized void full(boolean isFull) {
    full = isFull;
  }

  /// Returns when it has refused so many.
  void awaitRefused(int n) {
    Wait.until(this, n + " refusals", () -> refused >= n);
  }

  Offered awaitOffered(int n) {
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
