package dev.manyhands.dispatch;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Job;
import dev.manyhands.job.ResultBlock;
import java.time.Duration;

/// Watches jobs go by. Called on the threads that do the work, so it returns at once and throws
/// nothing.
public interface JobListener {
  /// A job was committed.
  default void accepted(Job job, long inputBytes) {}

  /// A worker of the pool got a chunk; its tasks had waited this long for it since the job came.
  default void handed(String pool, Chunk chunk, Duration waited) {}

  /// Outcomes that stand were committed.
  default void appended(Job job, String pool, ResultBlock block) {}

  /// The job's last outcome was committed.
  default void ended(Job job) {}

  /// More inputs of a job that receives were committed.
  default void grown(Job job, long inputBytes) {}

  /// Jobs of another node that is gone are this node's now, also some that have ended.
  default void tookOver() {}

  /// A job whose sender broke off is gone, with its inputs and results.
  default void removed(Job job) {}

  /// A submission came while there was no room for it.
  default void turnedDown(TurnedDown why) {}

  /// The store synced this many changes at once.
  default void committed(int changes, Duration took) {}
}
