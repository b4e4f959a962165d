package dev.manyhands.pool;

import dev.manyhands.job.Failure;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.TaskError;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A task's failure as a worker process sends it.
final class WorkerFailure {
  private WorkerFailure() {}

  static Failure read(ByteBuffer from) throws Violation {
    int index = from.getInt();
    byte kind = from.get();
    int code = from.getInt();
    int signal = from.getInt();
    long claimed = from.getLong();
    @Nullable Long peak = claimed > 0 ? claimed : null;
    String type = WorkerText.get(from);
    String message = WorkerText.get(from);
    @Nullable String traceback = emptyIsNone(WorkerText.get(from));
    String stderr = WorkerText.get(from);
    return switch (kind) {
      case 0 -> failed(index, TaskError.exception(type, message, traceback));
      case 1 -> failed(index, TaskError.function(type, message, traceback));
      case 2 -> failed(index, TaskError.result(message));
      case 3 -> failed(index, TaskError.exit(message, ExitStatus.of(code, signal, peak, stderr)));
      case 4 -> new Failure(index, Outcome.TIMED_OUT, TaskError.timeout(message));
      case 5 -> {
        TaskError.@Nullable Exit exit =
            code < 0 && signal == 0 ? null : ExitStatus.of(code, signal, peak, stderr);
        yield failed(index, TaskError.limit(type, message, traceback, exit));
      }
      default -> throw new Violation("a failure of kind " + kind);
    };
  }

  private static Failure failed(int index, TaskError error) {
    return new Failure(index, Outcome.FAILED, error);
  }

  private static @Nullable String emptyIsNone(String text) {
    return text.isEmpty() ? null : text;
  }
}
