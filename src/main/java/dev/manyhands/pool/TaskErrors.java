package dev.manyhands.pool;

import dev.manyhands.job.TaskError;
import org.jspecify.annotations.Nullable;

/// Makes what task code throws into data, bounded whatever it is.
final class TaskErrors {
  private static final int MAX_MESSAGE_CHARS = 2_000;
  private static final int MAX_TRACE_CHARS = 8 * 1024;
  private static final int MAX_CAUSES = 8;

  private TaskErrors() {}

  /// The error of a task whose input was wrong, whose value cannot be written, or whose function
  /// threw.
  static TaskError of(Throwable thrown) {
    return switch (thrown) {
      case InvalidInput invalid -> TaskError.exception(InvalidInput.TYPE, message(invalid), null);
      case HttpFailure failure -> failure.error();
      case UnwritableValue unwritable -> TaskError.result(message(unwritable));
      default -> TaskError.exception(thrown.getClass().getName(), message(thrown), trace(thrown));
    };
  }

  private static String message(Throwable thrown) {
    @Nullable String message;
    try {
      message = thrown.getMessage();
    } catch (Throwable e) {
      // The method is task code too.
      message = "(its message could not be read: " + e.getClass().getName() + ")";
    }
    return message == null ? "" : cut(message, MAX_MESSAGE_CHARS);
  }

  /// As Java prints it, down to the first frame that is ours.
  private static String trace(Throwable thrown) {
    StringBuilder trace = new StringBuilder();
    @Nullable Throwable next = thrown;
    for (int i = 0; next != null && i < MAX_CAUSES && trace.length() < MAX_TRACE_CHARS; i++) {
      trace.append(i == 0 ? "" : "Caused by: ").append(next.getClass().getName());
      String message = message(next);
      trace.append(message.isEmpty() ? "" : ": ").append(message).append('\n');
      appendFrames(next, trace);
      next = cause(next);
    }
    return cut(trace.toString(), MAX_TRACE_CHARS);
  }

  private static void appendFrames(Throwable thrown, StringBuilder to) {
    for (StackTraceElement frame : thrown.getStackTrace()) {
      if (frame.getClassName().equals(LineFunction.class.getName())
          || to.length() >= MAX_TRACE_CHARS) {
        return;
      }
      to.append("\tat ").append(frame).append('\n');
    }
  }

  private static @Nullable Throwable cause(Throwable thrown) {
    try {
      return thrown.getCause();
    } catch (Throwable e) {
      return null;
    }
  }

  private static String cut(String text, int maxChars) {
    if (text.length() <= maxChars) {
      return text;
    }
    // Never between the halves of a pair: the rest would not be Unicode.
    int end = Character.isHighSurrogate(text.charAt(maxChars - 2)) ? maxChars - 2 : maxChars - 1;
    return text.substring(0, end) + "…";
  }
}
