package dev.manyhands.pool;

/// One chunk from the moment that a slot of a process pool takes it until every task is answered or
/// known not to have started. [#run] belongs to the slot's thread; [#stop] may come from any thread
/// at any time.
sealed interface ProcessRun permits WorkerRun, PlainRun {
  /// @throws RuntimeException if the inputs cannot be read or the sink does not take the outcomes
  void run() throws InterruptedException;

  /// Ends the chunk, and the process that runs it; false if it has ended or is ending for another
  /// reason. The first reason counts.
  boolean stop(Stop reason);

  /// Starts nothing more: see [WorkerPool#cut].
  void cut();

  /// Has one task end, or not start: see [WorkerPool#cancel(long, int)].
  void cancel(int index);

  /// Called every [Silence#LOOK]: ends a process that does not work any more.
  void lookWhetherMute();

  /// Why a chunk does not go on.
  sealed interface Stop {
    /// Its running task is answered as cancelled.
    record Cancelled() implements Stop {}

    /// The pool closes: its running task is not answered, and may run again elsewhere, unless it
    /// may run only once.
    record Closed() implements Stop {}

    /// @param index of the task that ran for too long; one outside the chunk means the first
    ///   without an answer
    record TimedOut(long index) implements Stop {}

    /// One task was cancelled and did not end when it was asked to.
    record TaskCancelled(int index) implements Stop {}

    /// The process says nothing though it runs no task.
    record Mute() implements Stop {}

    /// All is answered: too late for another reason.
    record Finished() implements Stop {}
  }
}
