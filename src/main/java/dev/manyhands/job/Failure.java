package dev.manyhands.job;

/// A task of a block that did not succeed.
public record Failure(int index, Outcome outcome, TaskError error) {
  public Failure {
    if (outcome == Outcome.SUCCEEDED) {
      throw new IllegalArgumentException("a failure that succeeded: " + index);
    }
  }
}
