package dev.manyhands.dispatch;

import static java.util.Comparator.comparingInt;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Logged;
import dev.manyhands.job.ResultBlock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// The whole result logs of small jobs that ended lately, so that who waited for one need not read
/// the store: most small jobs are read once, at once. Only logs that one commit made whole, and of
/// plain values, which come back from the store as they went in. Bounded in bytes; the oldest goes
/// first.
final class RecentResults {
  /// A job with more values than this is read from the store, where that costs little beside them.
  private static final int MAX_JOB_BYTES = 32 * 1024;

  private static final int MAX_BYTES = 4 * 1024 * 1024;

  /// What a log weighs besides its values.
  private static final int OVERHEAD = 1024;

  private record Log(List<Logged> blocks, int bytes) {}

  @GuardedBy("this")
  private final Map<JobId, Log> logs = new LinkedHashMap<>();

  @GuardedBy("this")
  private int bytes;

  /// Keeps the log of a job whose every task ended in this append, if it is small and plain.
  void offer(JobId job, List<ResultBlock> blocks) {
    List<Logged> log = new ArrayList<>(blocks.size());
    int weight = OVERHEAD;
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
    keep(job, new Log(List.copyOf(log), weight));
  }

  private synchronized void keep(JobId job, Log log) {
    logs.put(job, log);
    bytes += log.bytes();
    for (Iterator<Log> oldest = logs.values().iterator(); bytes > MAX_BYTES; ) {
      bytes -= oldest.next().bytes();
      oldest.remove();
    }
  }

  /// As the store's own, if the job's log is still here.
  Optional<List<Logged>> byCompletion(JobId job, long seq, int limit) {
    return find(job).map(log -> from(log, limit, b -> b.seq() + b.block().count() > seq));
  }

  /// As the store's own, if the job's log is still here.
  Optional<List<Logged>> byIndex(JobId job, int index, int limit) {
    return find(job)
        .map(log -> log.stream().sorted(comparingInt(b -> b.block().first())).toList())
        .map(log -> from(log, limit, b -> b.block().first() + b.block().count() > index));
  }

  private static List<Logged> from(List<Logged> log, int limit, Predicate<Logged> isWanted) {
    return log.stream().filter(isWanted).limit(limit).toList();
  }

  private synchronized Optional<List<Logged>> find(JobId job) {
    return Optional.ofNullable(logs.get(job)).map(Log::blocks);
  }

  synchronized void forget(JobId job) {
    Log log = logs.remove(job);
    if (log != null) {
      bytes -= log.bytes();
    }
  }
}
