package dev.manyhands.dispatch;

import dev.manyhands.job.JobId;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.job.Standing;
import java.util.List;

/// What the scheduler wants done, in this order.
sealed interface Action {
  /// Hand these tasks to a worker of the pool.
  record Hand(String pool, long chunk, Order order, Again tasks) implements Action {
    int attempt() {
      return tasks.attempt();
    }

    int first() {
      return tasks.first();
    }

    int count() {
      return tasks.end() - tasks.first();
    }
  }

  /// Append these blocks to the job's log; a terminal state ends the job.
  record Append(JobId job, List<ResultBlock> blocks, Standing standing) implements Action {}

  /// Forget the job, with its inputs and results.
  record Remove(JobId job) implements Action {}

  /// Tell the keys of these tasks' limits.
  ///
  /// @param block that they are in
  record Look(Order order, int block, int first, int count) implements Action {}

  /// Let no more inputs of this job in and expire it: its deadline came while it receives.
  record Late(JobId job) implements Action {}

  /// Start nothing more of the chunk.
  record Cut(String pool, long chunk) implements Action {}

  /// End this task of the chunk, or do not start it.
  record StopTask(String pool, long chunk, int index) implements Action {}

  /// End what runs of the chunk.
  record Stop(String pool, long chunk) implements Action {}
}
