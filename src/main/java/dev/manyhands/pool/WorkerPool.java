package dev.manyhands.pool;

import dev.manyhands.job.Chunk;
import java.util.List;
import java.util.Optional;

/// A named set of workers of one kind. Never more than [#size] chunks run at once; every chunk
/// taken is answered.
///
/// All methods may be called by any thread and return at once, [#close] apart.
public interface WorkerPool extends AutoCloseable {
  String name();

  PoolKind kind();

  /// Workers: how many chunks may run at once.
  int size();

  /// Chunks that run now. May exceed [#size] for a while after the pool was made smaller.
  int busy();

  /// Processes started and lost since the service started; none where workers are threads.
  default Turnover turnover() {
    return Turnover.NONE;
  }

  /// What it has learned of the memory of its functions since the service started, the hungriest
  /// first; none where workers are threads, or on other nodes.
  default List<FunctionMemory> memory() {
    return List.of();
  }

  /// Why the pool is degraded: it takes nothing at present, and tries to get well by itself. None:
  /// it works.
  Optional<String> problem();

  /// Calls this whenever [#problem] has changed, on any thread, without waiting for it.
  void onChange(Runnable hearer);

  /// Takes a chunk at once; false, and nothing happened, if no worker is free, or the pool is
  /// degraded or closed.
  ///
  /// The sink hears of every task by an outcome, or, if it was not started, by the end of the chunk
  /// without one.
  boolean offer(Chunk chunk, ChunkSink sink);

  /// Starts nothing more of the chunk: the task that runs goes on, and those after it are told by
  /// the end of the chunk. Where its worker cannot be told, all of it goes on.
  void cut(long chunkId);

  /// Ends what runs of the chunk: its running task is answered as `cancelled`, later ones are not
  /// started. An unknown chunk is no error, since it may have ended meanwhile.
  void cancel(long chunkId);

  /// Ends one task of the chunk. If it runs it is asked to end, and ended by force when it does not
  /// within a second; it is answered as `cancelled`, unless it returns a value all the same. If it
  /// has not started, neither it nor a later one of the chunk is started any more. Nothing happens
  /// if it has ended. Its neighbours keep their outcomes.
  void cancel(long chunkId, int index);

  /// Makes the pool larger at once, or smaller as its workers finish their chunks.
  ///
  /// @param size 1 or more
  void resize(int size);

  /// Takes no more, ends what runs without outcomes, and returns when every chunk is answered and
  /// every thread and child is gone. A running task that may run only once is answered as
  /// `crashed`.
  @Override
  void close();
}
