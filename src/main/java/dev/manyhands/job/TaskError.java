package dev.manyhands.job;

import org.jspecify.annotations.Nullable;

/// Why a task did not succeed, as data.
///
/// @param kind `exception`, `exit`, `crash`, `timeout`, `limit` (it wanted more than it may have;
///   the type names the limit), `function` (it could not be loaded), `result` (its value could not
///   be sent) or `http` (a request without the answer that it wants)
/// @param type the exception's class as the function's language names it
/// @param traceback as the function's language prints it, bounded
/// @param exit how the process ended, where one did
/// @param response what an HTTP request was answered, where it was
public record TaskError(
    String kind,
    @Nullable String type,
    String message,
    @Nullable String traceback,
    @Nullable Exit exit,
    @Nullable Response response) {

  private static final String MEMORY = "MemoryLimit";
  private static final String OUT_OF_MEMORY = "OutOfMemory";

  /// Whether it wanted more memory than it may have; it may be that others had used it up.
  public boolean isOfMemory() {
    return kind.equals("limit") && (MEMORY.equals(type) || OUT_OF_MEMORY.equals(type));
  }

  /// How a process ended.
  ///
  /// @param code exit code, if it exited
  /// @param signal such as `SIGKILL`, if a signal ended it
  /// @param peakMemoryBytes the most memory that it, or one process that it started, ever had; none
  ///   where nobody knows
  /// @param stderr the last lines that it wrote there, bounded
  public record Exit(
      @Nullable Integer code,
      @Nullable String signal,
      @Nullable Long peakMemoryBytes,
      String stderr) {
    /// Of a process whose memory nobody knows.
    public Exit(@Nullable Integer code, @Nullable String signal, String stderr) {
      this(code, signal, null, stderr);
    }
  }

  /// How an HTTP request was answered.
  ///
  /// @param body its first characters, bounded
  public record Response(int status, String body) {}

  public static TaskError exception(String type, String message, @Nullable String traceback) {
    return new TaskError("exception", type, message, traceback, null, null);
  }

  public static TaskError timeout(String message) {
    return new TaskError("timeout", null, message, null, null, null);
  }

  public static TaskError function(String type, String message, @Nullable String traceback) {
    return new TaskError("function", type, message, traceback, null, null);
  }

  public static TaskError result(String message) {
    return new TaskError("result", null, message, null, null, null);
  }

  public static TaskError exit(String message, Exit exit) {
    return new TaskError("exit", null, message, null, exit, null);
  }

  /// @param type which limit of a task was exceeded, such as `MemoryLimit`
  public static TaskError limit(
      String type, String message, @Nullable String traceback, @Nullable Exit exit) {
    return new TaskError("limit", type, message, traceback, exit, null);
  }

  /// The kernel ended its process, since the container or the machine had no memory left.
  public static TaskError outOfMemory(String message, Exit exit) {
    return limit(OUT_OF_MEMORY, message, null, exit);
  }

  /// It gave back more than it may.
  public static TaskError valueLimit(String message) {
    return limit("ValueLimit", message, null, null);
  }

  public static TaskError crash(String message, Exit exit) {
    return new TaskError("crash", null, message, null, exit, null);
  }

  /// An HTTP answer was longer than it may be.
  public static TaskError responseLimit(String message, Response response) {
    return new TaskError("limit", "ResponseLimit", message, null, null, response);
  }

  /// @param type what went wrong, in a word
  public static TaskError http(String type, String message, @Nullable Response response) {
    return new TaskError("http", type, message, null, null, response);
  }
}
