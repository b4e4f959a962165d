package dev.manyhands.dispatch;

import dev.manyhands.job.Counts;
import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobIds;
import dev.manyhands.job.JobSpec;
import dev.manyhands.job.JobState;
import dev.manyhands.job.Ranges;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.job.Standing;
import dev.manyhands.job.Timeline;
import dev.manyhands.store.Change;
import dev.manyhands.store.StoreFull;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// The way in: a job is committed and synced before anybody hears of it, and only then scheduled.
final class Submissions {
  private static final int RETRY_SECONDS = 5;

  /// The caller of every job, as long as there is one key.
  private static final String CALLER = "admin";

  private final Placing placing;
  private final ResultWriter writer;
  private final Running running;
  private final Backlog backlog;
  private final int maxUnfinished;
  private final InstantSource clock;
  private final JobIds ids;

  Submissions(
      Placing placing,
      ResultWriter writer,
      Running running,
      Backlog backlog,
      int maxUnfinished,
      InstantSource clock) {
    this.placing = placing;
    this.writer = writer;
    this.running = running;
    this.backlog = backlog;
    this.maxUnfinished = maxUnfinished;
    this.clock = clock;
    this.ids = new JobIds(clock);
  }

  Intake open() {
    refuseIfFull();
    return new Intake(this, ids.next());
  }

  private void refuseIfFull() {
    if (running.isClosed()) {
      throw new Refused(new Refusal.Busy("the service is stopping", RETRY_SECONDS));
    }
    if (running.size() >= maxUnfinished) {
      throw new Refused(
          new Refusal.Busy(
              "expected fewer than " + maxUnfinished + " unfinished jobs", RETRY_SECONDS));
    }
  }

  void stage(JobId id, List<InputBlock> blocks, int bytes) {
    write(new Change.Stage(id, blocks), bytes, () -> {});
  }

  void discard(JobId id) {
    write(new Change.Discard(id), 0, () -> {});
  }

  Job accept(JobId id, JobSpec spec, List<InputBlock> last, int[] starts, int total, long bytes) {
    refuseIfFull();
    String pool = placing.place(spec.function(), spec.placement().pool()).name();
    JobSpec placed = spec.at(spec.placement().in(pool));
    Instant now = clock.instant();
    Job job =
        new Job(
            id,
            CALLER,
            placed,
            Standing.of(JobState.QUEUED),
            Counts.none(total),
            Timeline.created(now));
    long weight = last.stream().mapToLong(block -> block.inputs().length()).sum();
    Order order = new Order(job, pool, starts, new Ranges());
    write(new Change.Accept(job, last), weight, () -> running.run(order, 1, last, bytes));
    return job;
  }

  /// Returns when the change is committed.
  ///
  /// @param then runs on the writer's thread before this returns
  private void write(Change change, long bytes, Runnable then) {
    CompletableFuture<Boolean> written = new CompletableFuture<>();
    int taken = backlog.enter(bytes);
    try {
      writer.submit(
          change,
          done -> {
            then.run();
            written.complete(done);
          },
          written::completeExceptionally);
      written.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof StoreFull full) {
        throw new Refused(new Refusal.StoreIsFull(String.valueOf(full.getMessage()), 30));
      }
      throw e;
    } finally {
      backlog.leave(taken);
    }
  }

  /// Removes a job that has ended.
  void remove(JobId id) {
    write(new Change.Remove(id), 0, () -> {});
  }
}
