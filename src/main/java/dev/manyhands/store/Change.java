package dev.manyhands.store;

import dev.manyhands.job.IdempotencyKey;
import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobState;
import dev.manyhands.job.Limit;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.job.Standing;
import dev.manyhands.job.Timeline;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One change to the store. Those of one commit happen together.
public sealed interface Change {
  /// The job that it is about, if it is about one.
  @Nullable JobId job();

  /// Inputs of a job that is not visible yet, because more are to come.
  record Stage(JobId job, List<InputBlock> blocks) implements Change {
    public Stage {
      blocks = List.copyOf(blocks);
    }
  }

  /// Takes back what was staged.
  record Discard(JobId job) implements Change {}

  /// The job, visible from now on with what was staged and these last blocks, at epoch 1: queued
  /// with all of its inputs, or receiving with the first of them. With it come the named limits
  /// that it says the permits of and that are not there. Nothing if a job that it depends on is not
  /// there.
  ///
  /// @param open a receiving job that goes on receiving when its sender breaks off or the service
  ///   ends; others are then removed
  /// @param once what tells a second submission of the same
  record Accept(Job accepted, List<InputBlock> blocks, boolean open, @Nullable Once once)
      implements Change {
    public Accept {
      blocks = List.copyOf(blocks);
    }

    public Accept(Job accepted, List<InputBlock> blocks) {
      this(accepted, blocks, false, null);
    }

    @Override
    public JobId job() {
      return accepted.id();
    }
  }

  /// The name of a submission.
  ///
  /// @param fingerprint SHA-256 of all that was sent; none: it has not come to its end
  record Once(IdempotencyKey key, byte @Nullable [] fingerprint) {}

  /// More inputs of a job that receives, after those that it has. Nothing if the epoch is not the
  /// job's, or the job receives no more.
  ///
  /// @param added those of them whose senders named keys
  /// @param at when they came
  record Grow(JobId job, long epoch, List<InputBlock> blocks, List<Added> added, Instant at)
      implements Change {
    public Grow {
      blocks = List.copyOf(blocks);
      added = List.copyOf(added);
    }

    /// Without keys.
    public Grow(JobId job, long epoch, List<InputBlock> blocks) {
      this(job, epoch, blocks, List.of(), Instant.EPOCH);
    }
  }

  /// Neighbouring inputs that one request added under a key.
  record Added(Once once, int first, int count) {}

  /// The submission that made the job has come to its end, and was this.
  record Fingerprint(JobId job, Once once) implements Change {}

  /// What the sender of a submission was told first, in case it comes again under its key. Nothing
  /// if the key is gone.
  record Answer(JobId job, IdempotencyKey key, byte[] answer) implements Change {}

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

  /// A worker is about to get these tasks, which may run only once. Nothing if the epoch is not the
  /// job's.
  ///
  /// @param chunk its number since the start of the service
  record Hand(JobId job, long epoch, long chunk, int first, int count) implements Change {}

  /// The worker has given back what it has not started of the chunk. Nothing if the epoch is not
  /// the job's.
  record HandBack(JobId job, long epoch, long chunk) implements Change {}

  /// The job needs no other any more. Nothing if the epoch is not the job's.
  record Release(JobId job, long epoch) implements Change {}

  /// Forgets a job and all of its blocks, and its idempotency key if the submission never came to
  /// its end; nothing if an unfinished job needs it.
  ///
  /// @param takenBack whether it was not to be: it goes though others need it, which find it gone
  record Remove(JobId job, boolean takenBack) implements Change {
    /// Of a job that has ended.
    public Remove(JobId job) {
      this(job, false);
    }
  }

  /// A named limit is there, or is otherwise, from now on.
  record PutLimit(Limit limit) implements Change {
    @Override
    public @Nullable JobId job() {
      return null;
    }
  }

  /// Forgets a named limit.
  record RemoveLimit(String name) implements Change {
    @Override
    public @Nullable JobId job() {
      return null;
    }
  }
}
