package dev.manyhands.store;

import dev.manyhands.job.CustomId;
import dev.manyhands.job.Ending;
import dev.manyhands.job.IdempotencyKey;
import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobFilter;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Limit;
import dev.manyhands.job.Logged;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The two logs of every job, durably. Each method is one transaction; what [#commit] returned for
/// is synced to disk.
///
/// A job is visible with all of its inputs, or with those that came so far and as receiving, or not
/// at all. One thread commits; any number read beside it.
public interface JobStore extends AutoCloseable {
  /// Bytes of results that are read at once: a block holds one task's value or thousands.
  int READ_BYTES = 1024 * 1024;

  /// Applies the changes in order, all in one synced transaction.
  ///
  /// @return for each change whether it took effect; an append with an old epoch, and a change to
  ///   an unknown job, did not
  List<Boolean> commit(List<Change> changes);

  /// Before anything else: takes every job that has not ended for this node at the next epoch, so
  /// that what an earlier start still had in hand can append nothing, and removes those whose
  /// inputs had not all arrived, unless they were accepted as open.
  ///
  /// @return in order of creation
  List<Claimed> claimUnfinished();

  /// Tells from now on which jobs come to this node and leave it while it runs. Where there is one
  /// node, none do.
  default void watch(Ownership ownership) {}

  /// Whether the jobs are this node's, as far as its own clock tells: one that stood still for too
  /// long is to begin nothing before it hears that it has lost them. Costs no more than a look at
  /// the clock.
  default boolean mayBegin() {
    return true;
  }

  /// What a crash of the machine may cost.
  default Durability durability() {
    return Durability.SYNCED;
  }

  Optional<Job> job(JobId id);

  /// What became of the submission that named this key in the day before `now`.
  Optional<Keyed> keyed(IdempotencyKey key, Instant now);

  /// Visible jobs, newest first. A job that has not ended is there if any such job may be, whatever
  /// its state: that of one that runs is known better elsewhere.
  ///
  /// @param before only those created before this one; none: from the newest
  /// @param limit 1 or more
  List<Job> jobs(JobFilter filter, @Nullable JobId before, int limit);

  /// Jobs that ended as long ago as they are to be kept, and that no other job needs; the one that
  /// is due for longest comes first.
  ///
  /// @param limit 1 or more
  List<JobId> removable(Instant now, int limit);

  /// When the next job is due to be removed; none if there is none after `now`.
  Optional<Instant> nextRemoval(Instant now);

  /// Which of these jobs are there and have not ended.
  Set<JobId> unfinished(List<JobId> ids);

  /// Whether the job still needs those that it depends on.
  boolean needsOthers(JobId id);

  /// Unfinished jobs that need this one, in order of creation.
  ///
  /// @param limit 1 or more
  List<JobId> dependents(JobId id, int limit);

  /// Index of the first input of each block of the job, rising, from the block that holds the given
  /// index on; empty for an unknown job.
  int[] blockStarts(JobId id, int from);

  /// Bytes of all inputs of the job; 0 for an unknown one.
  long inputBytes(JobId id);

  /// The function of each of these blocks, by its place in the job's.
  int[] blockFunctions(JobId id, int from);

  /// The custom ids of the block of inputs that holds the task, as if they were its inputs: a line
  /// for each, empty if that task has none.
  ///
  /// @return none if no task of the job has one
  Optional<InputBlock> customIds(JobId id, int index);

  /// The index of the task that its client named so.
  OptionalInt taskNamed(JobId id, CustomId customId);

  /// The block that starts at the given index, without custom ids.
  ///
  /// @param first one of [#blockStarts]
  Optional<InputBlock> inputs(JobId id, int first);

  /// Blocks in order of completion, from the one that holds place `seq` on; the list ends with the
  /// block that brings it to [#READ_BYTES], whatever comes after it.
  ///
  /// @param seq a number of tasks; the first block may start before it
  /// @param limit blocks, 1 or more
  List<Logged> byCompletion(JobId id, long seq, int limit);

  /// Blocks in order of index, from the one that holds task `index` on, as many bytes as above; a
  /// gap is what has not ended.
  ///
  /// @param limit blocks, 1 or more
  List<Logged> byIndex(JobId id, int index, int limit);

  /// The named limits, in order of name.
  List<Limit> limits();

  /// A piece of a value that is kept beside the log, as [LargeValue][dev.manyhands.job.LargeValue]
  /// says.
  ///
  /// @param piece from 0
  /// @return none if there is no such piece
  Optional<byte[]> largeValue(JobId id, int index, int piece);

  /// How tasks ended, in order of index, from the block that holds task `index` on; a gap is what
  /// has not ended. Reads no values.
  ///
  /// @param limit blocks, 1 or more
  List<Verdict> verdicts(JobId id, int index, int limit);

  /// How tasks ended, with their errors and times but without values, in order of index, from the
  /// block that holds task `index` on. A block in which no task ended so is left out; in one that
  /// is there, others may have ended otherwise.
  ///
  /// @param limit blocks, 1 or more
  List<Ending> endings(JobId id, int index, Set<Outcome> outcomes, int limit);

  /// Releases connections and files.
  @Override
  void close();
}
