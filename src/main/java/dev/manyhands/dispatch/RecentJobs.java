package dev.manyhands.dispatch;

import static java.util.Comparator.comparingInt;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.Function;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobSpec;
import dev.manyhands.job.LargeValue;
import dev.manyhands.job.Logged;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.store.StoreSettings;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The result logs of small jobs, from their first block on and until others need the room, so that
/// who waited for one need not read the store: most small jobs are read once, at once, and a job of
/// many slow tasks has hundreds of blocks. Only whole logs of plain values, which come back from
/// the store as they went in. Bounded in bytes; the oldest goes first.
final class RecentJobs {
  /// A job that weighs more than this is read from the store, where that costs little beside it.
  private static final int MAX_JOB_BYTES = 512 * 1024;

  private static final int MAX_BYTES = 8 * 1024 * 1024;

  /// A source or an argv that is longer.
  private static final int MAX_FUNCTION_BYTES = 32 * 1024;

  /// What a job weighs besides its function and its values.
  private static final int OVERHEAD = 1024;

  /// What a block weighs besides its values.
  private static final int BLOCK_OVERHEAD = 512;

  /// Only changed under the lock, and no more once the job has ended.
  private static final class Log {
    final List<Logged> blocks = new ArrayList<>();
    @Nullable Job ended;
    int tasks;
    int bytes;
  }

  @GuardedBy("this")
  private final Map<JobId, Log> logs = new LinkedHashMap<>();

  @GuardedBy("this")
  private int bytes;

  /// Keeps what was appended to a job's log, if all before it is kept, and it is small and plain.
  ///
  /// @param job as it is now
  synchronized void add(Job job, List<ResultBlock> blocks) {
    int tasks = blocks.stream().mapToInt(ResultBlock::count).sum();
    Log log = job.counts().done() == tasks ? begin(job) : logs.get(job.id());
    if (log == null) {
      return;
    }
    if (log.tasks + tasks != job.counts().done() || !add(log, blocks)) {
      forget(job.id());
      return;
    }
    if (job.state().isTerminal()) {
      log.ended = job;
    }
    for (Iterator<Log> oldest = logs.values().iterator(); bytes > MAX_BYTES; ) {
      bytes -= oldest.next().bytes;
      oldest.remove();
    }
  }

  @GuardedBy("this")
  private @Nullable Log begin(Job job) {
    forget(job.id());
    int weight = weight(job.spec());
    if (weight > MAX_FUNCTION_BYTES) {
      return null;
    }
    Log log = new Log();
    logs.put(job.id(), log);
    weigh(log, OVERHEAD + weight);
    return log;
  }

  @GuardedBy("this")
  private boolean add(Log log, List<ResultBlock> blocks) {
    for (ResultBlock block : blocks) {
      if (!(block instanceof ResultBlock.Ran(int _, Outcomes ran, List<LargeValue> _))
          || !ran.failures().isEmpty()
          || !ran.output().isEmpty()
          || ran.values().length() > StoreSettings.LEAST.toBytes()) {
        return false;
      }
      weigh(log, BLOCK_OVERHEAD + ran.values().bytes().length);
      if (log.bytes > MAX_JOB_BYTES) {
        return false;
      }
      log.blocks.add(new Logged(log.tasks, block));
      log.tasks += block.count();
    }
    return true;
  }

  @GuardedBy("this")
  private void weigh(Log log, int more) {
    log.bytes += more;
    bytes += more;
  }

  /// Bytes, about; more than any that is kept for what is rare among small jobs.
  private static int weight(JobSpec spec) {
    if (spec.work().isMixed() || spec.gates().dependsOn() != null) {
      return Integer.MAX_VALUE;
    }
    return switch (spec.work().functions().getFirst()) {
      case Function.Java _, Function.PythonModule _ -> 0;
      case Function.Python python -> python.source().length();
      case Function.Command command -> command.argv().stream().mapToInt(String::length).sum();
      case Function.Http _ -> Integer.MAX_VALUE;
    };
  }

  /// As the store's own, if the job is still here.
  synchronized Optional<Job> job(JobId id) {
    return Optional.ofNullable(logs.get(id)).map(log -> log.ended);
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
    return Optional.ofNullable(logs.get(job))
        .filter(log -> log.ended != null)
        .map(log -> log.blocks);
  }

  /// Forgets all.
  synchronized void clear() {
    logs.clear();
    bytes = 0;
  }

  synchronized void forget(JobId job) {
    Log log = logs.remove(job);
    if (log != null) {
      bytes -= log.bytes;
    }
  }
}
