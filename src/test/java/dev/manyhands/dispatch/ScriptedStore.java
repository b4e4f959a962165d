package dev.manyhands.dispatch;

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
import dev.manyhands.store.Change;
import dev.manyhands.store.Claimed;
import dev.manyhands.store.JobStore;
import dev.manyhands.store.Keyed;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A store whose commits a test decides: each waits for its turn, then does what the script says.
final class ScriptedStore implements JobStore {
  /// What the next commits do; a commit waits while there is nothing.
  final BlockingQueue<Function<List<Change>, List<Boolean>>> script = new LinkedBlockingQueue<>();

  /// What each commit got, failed ones too.
  final BlockingQueue<List<Change>> commits = new LinkedBlockingQueue<>();

  /// Whether the jobs are this node's, by its clock.
  volatile boolean mayBegin = true;

  /// Of all jobs, in order of index.
  final List<Logged> results = new ArrayList<>();

  /// Those that are stored.
  final Map<JobId, Job> jobs = new ConcurrentHashMap<>();

  final Map<Integer, InputBlock> inputs = new HashMap<>();
  final List<Integer> reads = new ArrayList<>();

  static List<Boolean> takesAll(List<Change> changes) {
    return changes.stream().map(change -> true).toList();
  }

  @Override
  public boolean mayBegin() {
    return mayBegin;
  }

  @Override
  public List<Boolean> commit(List<Change> changes) {
    commits.add(changes);
    try {
      return script.take().apply(changes);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Optional<InputBlock> inputs(JobId id, int first) {
    reads.add(first);
    return Optional.ofNullable(inputs.get(first));
  }

  @Override
  public List<Claimed> claimUnfinished() {
    throw notScripted();
  }

  @Override
  public Optional<Job> job(JobId id) {
    return Optional.ofNullable(jobs.get(id));
  }

  @Override
  public List<Job> jobs(JobFilter filter, @Nullable JobId before, int limit) {
    throw notScripted();
  }

  @Override
  public Optional<Keyed> keyed(IdempotencyKey key, Instant now) {
    throw notScripted();
  }

  @Override
  public List<JobId> removable(Instant now, int limit) {
    return List.of();
  }

  @Override
  public Optional<Instant> nextRemoval(Instant now) {
    return Optional.empty();
  }

  @Override
  public Set<JobId> unfinished(List<JobId> ids) {
    return ids.stream()
        .filter(id -> jobs.containsKey(id) && !jobs.get(id).state().isTerminal())
        .collect(Collectors.toSet());
  }

  @Override
  public boolean needsOthers(JobId id) {
    return true;
  }

  @Override
  public List<JobId> dependents(JobId id, int limit) {
    throw notScripted();
  }

  @Override
  public long inputBytes(JobId id) {
    throw notScripted();
  }

  @Override
  public int[] blockStarts(JobId id, int from) {
    throw notScripted();
  }

  @Override
  public List<Logged> byCompletion(JobId id, long seq, int limit) {
    throw notScripted();
  }

  @Override
  public Optional<byte[]> largeValue(JobId id, int index, int piece) {
    return Optional.of(("\"large " + index + "\"").getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public List<Logged> byIndex(JobId id, int index, int limit) {
    return results.stream()
        .filter(logged -> logged.block().first() + logged.block().count() > index)
        .limit(limit)
        .toList();
  }

  @Override
  public List<Limit> limits() {
    throw notScripted();
  }

  @Override
  public int[] blockFunctions(JobId id, int from) {
    throw notScripted();
  }

  @Override
  public Optional<InputBlock> customIds(JobId id, int index) {
    throw notScripted();
  }

  @Override
  public OptionalInt taskNamed(JobId id, CustomId customId) {
    throw notScripted();
  }

  @Override
  public List<Ending> endings(JobId id, int index, Set<Outcome> outcomes, int limit) {
    throw notScripted();
  }

  @Override
  public List<Verdict> verdicts(JobId id, int index, int limit) {
    throw notScripted();
  }

  @Override
  public void close() {}

  private static IllegalStateException notScripted() {
    return new IllegalStateException("not by what tests run on this");
  }
}
