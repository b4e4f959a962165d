package dev.manyhands.job;

/// How many of a job's tasks have ended, by outcome. `done() <= total`, always.
public record Counts(
    int total, int succeeded, int failed, int crashed, int timedOut, int cancelled, int skipped) {
  public Counts {
    long done = (long) succeeded + failed + crashed + timedOut + cancelled + skipped;
    if (succeeded < 0
        || failed < 0
        || crashed < 0
        || timedOut < 0
        || cancelled < 0
        || skipped < 0
        || done > total) {
      throw new IllegalArgumentException("counts do not add up: " + done + " of " + total);
    }
  }

  /// A job of the given size of which nothing has ended.
  public static Counts none(int total) {
    return new Counts(total, 0, 0, 0, 0, 0, 0);
  }

  /// These counts of a job that `n` more inputs have come for.
  public Counts grown(int n) {
    return new Counts(
        Math.addExact(total, n), succeeded, failed, crashed, timedOut, cancelled, skipped);
  }

  public int done() {
    return succeeded + failed + crashed + timedOut + cancelled + skipped;
  }

  public int of(Outcome outcome) {
    return switch (outcome) {
      case SUCCEEDED -> succeeded;
      case FAILED -> failed;
      case CRASHED -> crashed;
      case TIMED_OUT -> timedOut;
      case CANCELLED -> cancelled;
      case SKIPPED -> skipped;
    };
  }

  /// These counts with `n` more tasks that ended so.
  public Counts plus(Outcome outcome, int n) {
    return switch (outcome) {
      case SUCCEEDED ->
          new Counts(total, succeeded + n, failed, crashed, timedOut, cancelled, skipped);
      case FAILED ->
          new Counts(total, succeeded, failed + n, crashed, timedOut, cancelled, skipped);
      case CRASHED ->
          new Counts(total, succeeded, failed, crashed + n, timedOut, cancelled, skipped);
      case TIMED_OUT ->
          new Counts(total, succeeded, failed, crashed, timedOut + n, cancelled, skipped);
      case CANCELLED ->
          new Counts(total, succeeded, failed, crashed, timedOut, cancelled + n, skipped);
      case SKIPPED ->
          new Counts(total, succeeded, failed, crashed, timedOut, cancelled, skipped + n);
    };
  }

  /// These counts with the block's tasks added.
  public Counts plus(ResultBlock block) {
    return switch (block) {
      case ResultBlock.Unrun unrun -> plus(unrun.outcome(), unrun.count());
      case ResultBlock.Ran ran -> {
        Counts counts = plus(Outcome.SUCCEEDED, ran.count() - ran.outcomes().failures().size());
        for (Failure failure : ran.outcomes().failures()) {
          counts = counts.plus(failure.outcome(), 1);
        }
        yield counts;
      }
    };
  }
}
