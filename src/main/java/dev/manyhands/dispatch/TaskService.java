package dev.manyhands.dispatch;

import dev.manyhands.job.JobId;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// What clients can do with one task of a job. A request that can't be met throws [Refused].
public final class TaskService {
  /// How long a cancel waits to be committed.
  private static final Duration WAIT = Duration.ofSeconds(10);

  private final Running running;

  TaskService(Running running) {
    this.running = running;
  }

  /// One task is not wanted any more. If no worker has it, it has ended as `cancelled` when this
  /// returns, unless the store takes nothing at present. If it runs it is asked to end, and ended
  /// when it does not.
  ///
  /// @param index of a task of the job, which there is
  public void cancel(JobId id, int index) {
    LiveJob live = running.get(id);
    if (live == null || !await(running.cancelTask(live, index))) {
      throw new Refused(
          new Refusal.Conflict(
              "task-ended", "expected a task that has not ended, task " + index + " has"));
    }
  }

  private static boolean await(Future<Boolean> found) {
    try {
      return found.get(WAIT.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException storeIsSlow) {
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Refused gone) {
        throw gone;
      }
      throw new IllegalStateException("the cancel of a task never fails", e);
    }
  }
}
