package dev.manyhands.dispatch;

import static java.util.Comparator.comparingInt;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.Function;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobSpec;
import dev.manyhands.job.Logged;
import dev.manyhands.job.ResultBlock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Small jobs that ended lately, with their whole result logs, so that who waited for one need not
/// read the store: most small jobs are read once, at once. Only jobs whose log one commit made
/// whole, and of plain values, which come back from the store as they went in. Bounded in bytes;
/// the oldest goes first.
final class RecentJobs {
  /// A job that weighs more than this is read from the store, where that costs little beside it.
  private static final int MAX_JOB_BYTES = 32 * 1024;

  private static final int MAX_BYTES = 4 * 1024 * 1024;

  /// What a job weighs besides its function and its values, and a block besides its own.
  private static final int OVERHEAD = 1024;

  private record Ended(Job job, List<Logged> blocks, int bytes) {}

  @GuardedBy("this")
  private final Map<JobId, Ended> jobs = new LinkedHashMap<>();

  @GuardedBy("this")
  private int bytes;

  /// Keeps a job whose every task ended in this append, if it is small and plain.
  ///
  /// @param job as it ended
  void offer(Job job, List<ResultBlock> blocks) {
    int weight = OVERHEAD + weight(job.spec());
    if (weight > MAX_JOB_BYTES) {
      return;
    }
    List<Logged> log = new ArrayList<>(blocks.size());
    int seq = 0;
    for (ResultBlock block : blocks) {
      if (!(block instanceof ResultBlock.Ran ran)
          || !ran.outcomes().failures().isEmpty()
          || !ran.outcomes().output().isEmpty()) {
        return;
      }
      weight += OVERHEAD + ran.outcomes().values().length();
      if (weight > MAX_JOB_BYTES) {
        return;
      }
      log.add(new Logged(seq, block));
      seq += block.count();
    }
    keep(new Ended(job, List.copyOf(log), weight));
  }

  /// Bytes, about; more than any that is kept for what is rare among small jobs.
  private static int weight(JobSpec spec) {
    if (spec.work().isMixed() || spec.gates().dependsOn() != null) {
      return MAX_JOB_BYTES;
    }
    return switch (spec.work().functions().getFirst()) {
      case Function.Java _, Function.PythonModule _ -> 0;
      case Function.Python python -> python.source().length();
      case Function.Command command -> command.argv().stream().mapToInt(String::length).sum();
      case Function.Http _ -> MAX_JOB_BYTES;
    };
  }

  private synchronized void keep(Ended job) {
    jobs.put(job.job().id(), job);
    bytes += job.bytes();
    for (Iterator<Ended> oldest = jobs.values().iterator(); bytes > MAX_BYTES; ) {
      bytes -= oldest.next().bytes();
      oldest.remove();
    }
  }

  /// As the store's own, if the job is still here.
  synchronized Optional<Job> job(JobId id) {
    return Optional.ofNullable(jobs.get(id)).map(Ended::job);
  }

  /// As the store's own, if the job is still here.
  Optional<List<Logged>> byCompletion(JobId job, long seq, int limit) {
    return find(job).map(log -> from(log, limit, b -> b.seq() + b.block().count() > seq));
  }

  /// As the store's own, if the job is still here.
  Optional<List<Logged>> byIndex(JobId job, int index, int limit) {
    return find(job)
        .map(log -> log.stream().sorted(comparingInt(b -> b.block().first())).toList())
        .map(log -> from(log, limit, b -> b.block().first() + b.block().count() > index));
  }

  private static List<Logged> from(List<Logged> log, int limit, Predicate<Logged> isWanted) {
    return log.stream().filter(isWanted).limit(limit).toList();
  }

  private synchronized Optional<List<Logged>> find(JobId job) {
    return Optional.ofNullable(jobs.get(job)).map(Ended::blocks);
  }

  /// Forgets all.
  synchronized void clear() {
    jobs.clear();
    bytes = 0;
  }

  synchronized void forget(JobId job) {
    Ended ended = jobs.remove(job);
    if (ended != null) {
      bytes -= ended.bytes();
    }
  }
}
