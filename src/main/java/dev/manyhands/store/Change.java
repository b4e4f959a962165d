package dev.manyhands.store;

import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobState;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.job.Standing;
import dev.manyhands.job.Timeline;
import java.util.List;

/// One change to the store. Those of one commit happen together.
public sealed interface Change {
  JobId job();

  /// Inputs of a job that is not visible yet, because more are to come.
  record Stage(JobId job, List<InputBlock> blocks) implements Change {
    public Stage {
      blocks = List.copyOf(blocks);
    }
  }

  /// Takes back what was staged.
  record Discard(JobId job) implements Change {}

  /// The job, visible from now on with what was staged and these last blocks, at epoch 1.
  record Accept(Job accepted, List<InputBlock> blocks) implements Change {
    public Accept {
      blocks = List.copyOf(blocks);
    }

    @Override
    public JobId job() {
      return accepted.id();
    }
  }

  /// Result blocks at the end of the job's log, with the counts that follow from them and the state
  /// that the job has afterwards. Nothing if the epoch is not the job's.
  ///
  /// @param timeline when the job started and, if the state is terminal, ended: the job's own from
  ///   now on
  record Append(
      JobId job, long epoch, List<ResultBlock> blocks, Standing standing, Timeline timeline)
      implements Change {
    public Append {
      blocks = List.copyOf(blocks);
    }

    public JobState state() {
      return standing.state();
    }
  }

  /// Forgets a job and all of its blocks.
  record Remove(JobId job) implements Change {}
}
