package dev.manyhands.dispatch;

import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobSpec;
import dev.manyhands.store.Change;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One submission on its way in: blocks of inputs arrive, then the job, which makes all of them
/// count, or nothing does.
///
/// Beyond [#STAGE_BYTES] the blocks go to the store at once, unseen, so a job of any size needs
/// little memory. Used by one thread.
public final class Intake implements AutoCloseable {
  /// A smaller job is one single commit.
  static final int STAGE_BYTES = 4 * 1024 * 1024;

  private final Submissions submissions;
  private final JobId id;
  private List<InputBlock> blocks = new ArrayList<>();
  private int blockBytes;
  private final Starts inputs = new Starts();
  private boolean staged;
  private boolean accepted;

  Intake(Submissions submissions, JobId id) {
    this.submissions = submissions;
    this.id = id;
  }

  public JobId id() {
    return id;
  }

  /// Takes the next block; may wait for the store.
  public void add(InputBlock block) {
    inputs.add(block);
    blocks.add(block);
    blockBytes += block.bytes();
    if (blockBytes >= STAGE_BYTES) {
      stage();
    }
  }

  private void stage() {
    staged = true;
    submissions.stage(id, blocks, blockBytes);
    blocks = new ArrayList<>();
    blockBytes = 0;
  }

  /// Makes it a job with all of its inputs.
  public Job accept(JobSpec spec) {
    return accept(spec, false, null, false);
  }

  /// The same for one whose function stands beside its inputs.
  public Job accept(JobSpec spec, boolean open, Change.@Nullable Once once, boolean awaited) {
    return accept(spec, "/function", open, once, awaited);
  }

  /// Makes it a job; when this returns, it is committed and synced, and runs.
  ///
  /// @param functionAt the pointer of its function, if it has only one
  /// @param open whether more inputs may come, until it is sealed
  /// @param once its idempotency key, with what was sent
  /// @param awaited whether its sender waits for its end and hears nothing before
  /// @throws dev.manyhands.job.Refused if it can't be accepted; nothing is kept then
  public Job accept(
      JobSpec spec, String functionAt, boolean open, Change.@Nullable Once once, boolean awaited) {
    Submitted submitted = new Submitted(spec, functionAt, open, open, once, awaited);
    Job job = submissions.accept(id, submitted, blocks, inputs);
    accepted = true;
    return job;
  }

  /// Forgets what came, unless it was accepted.
  @Override
  public void close() {
    if (staged && !accepted) {
      submissions.discard(id);
    }
  }
}
