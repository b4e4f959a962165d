package dev.manyhands.pool;

/// A Java function that jobs may name: a Spring bean, or an entry of
/// `META-INF/services/dev.manyhands.pool.TaskFunction`.
///
/// The input type decides how an input's JSON is read, and what `GET /v1/functions` shows: `Long`,
/// `Double`, `String`, `Boolean`, a record or any other type that Jackson reads; [RawJson] to get,
/// and give back, the very bytes. One instance serves all workers at the same time.
///
/// ```java
/// @Component
/// class Square implements TaskFunction<Long, Long> {
///   public String name() { return "square"; }
///   public String description() { return "The square of a whole number."; }
///   public Class<Long> inputType() { return Long.class; }
///   public Long apply(Long n) { return Math.multiplyExact(n, n); }
/// }
/// ```
///
/// @param <I> input
/// @param <O> value: anything that Jackson writes, or [RawJson]
public interface TaskFunction<I, O> {
  /// As jobs name it: letters, digits, '.', '_' or '-'; each name once in a service.
  String name();

  /// One sentence for people.
  String description();

  Class<I> inputType();

  /// Computes by default, and so runs on platform threads in a pool of any kind; a function that
  /// mostly waits runs on virtual threads. One that says so and computes for long keeps a core from
  /// the service's own virtual threads, and with it requests from their answers.
  default Nature nature() {
    return Nature.COMPUTES;
  }

  /// Runs one task. What it throws becomes the task's error: type, message and stack trace.
  ///
  /// A task that is to stop (timeout, cancel) is interrupted.
  O apply(I input) throws Exception;

  /// What a function does most of the time, which decides the kind of pool that fits.
  enum Nature {
    COMPUTES,
    WAITS
  }
}
