package dev.manyhands.dispatch;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Outcomes;
import dev.manyhands.pool.ChunkSink;
import java.util.List;

/// Brings the scheduler what comes back from workers. Called by their threads, which may have to
/// wait here while more is on its way into the store than may be.
final class ChunkReturns implements ChunkSink {
  private final Engine engine;
  private final Performer performer;
  private final Backlog backlog;

  /// @param backlog bytes of values that wait to be written
  ChunkReturns(Engine engine, Performer performer, Backlog backlog) {
    this.engine = engine;
    this.performer = performer;
    this.backlog = backlog;
  }

  @Override
  public void outcomes(Chunk chunk, Outcomes outcomes) {
    int taken = backlog.enter(outcomes.values().length());
    engine.bring(
        (scheduler, now) -> scheduler.outcomes(chunk.id(), outcomes, now),
        _ -> backlog.leave(taken));
  }

  @Override
  public void ended(Chunk chunk) {
    engine.bring((scheduler, now) -> scheduler.ended(chunk.id(), now), _ -> performer.ended(chunk));
  }

  @Override
  public void lost(Chunk chunk, List<Outcomes> crashes) {
    engine.bring(
        (scheduler, now) -> scheduler.lost(chunk.id(), crashes, now), _ -> performer.ended(chunk));
  }
}
