package dev.manyhands.job;

/// What happens to the task that a worker was running when the worker died.
///
/// @param rerun whether it may run again
/// @param maxCrashes how many workers it may cost before it ends as `crashed`, 1 to 100
public record OnWorkerLost(boolean rerun, int maxCrashes) {
  public static final OnWorkerLost RERUN = new OnWorkerLost(true, 3);

  public OnWorkerLost {
    Rules.between("/maxCrashes", 1, 100, maxCrashes);
  }

  /// The crashes after which the task ends.
  public int limit() {
    return rerun ? maxCrashes : 1;
  }
}
