package dev.manyhands.pool;

import dev.manyhands.job.Failure;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.TaskError;
import dev.manyhands.job.Timeouts;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The tasks of a chunk that were asked to end, and why. A task that fails by that has been
/// cancelled or has timed out; what it returns all the same counts. Safe for use by several
/// threads.
final class Asked {
  private static final String INTERRUPT = "KeyboardInterrupt";

  private final Timeouts timeouts;
  private final Map<Integer, Outcome> why = new ConcurrentHashMap<>();

  Asked(Timeouts timeouts) {
    this.timeouts = timeouts;
  }

  /// @return false if it was asked before: asking twice would break off how it clears away
  boolean add(int index, Outcome reason) {
    return why.putIfAbsent(index, reason) == null;
  }

  /// The failure of a worker's task, for what it is.
  Failure named(Failure failure) {
    Outcome reason = why.isEmpty() ? null : why.get(failure.index());
    if (reason == null || failure.outcome() != Outcome.FAILED || !isHeeded(failure.error())) {
      return failure;
    }
    return new Failure(failure.index(), reason, named(failure.error(), reason));
  }

  /// Whether it comes from the interrupt, perhaps by a detour.
  private static boolean isHeeded(TaskError error) {
    String traceback = error.traceback();
    return error.kind().equals("exit")
        || INTERRUPT.equals(error.type())
        || traceback != null && traceback.contains("\n" + INTERRUPT);
  }

  private TaskError named(TaskError error, Outcome reason) {
    @Nullable String traceback = error.traceback();
    TaskError.Exit exit = error.exit();
    return reason == Outcome.TIMED_OUT
        ? new TaskError("timeout", null, afterSoft(timeouts), traceback, exit, null)
        : new TaskError(
            "exception",
            "Cancelled",
            "the task was cancelled while it ran, and ended when it was asked to",
            traceback,
            exit,
            null);
  }

  static String afterSoft(Timeouts timeouts) {
    return "expected to end within "
        + timeouts.soft()
        + " (softTimeout), ended when it was asked to";
  }
}
