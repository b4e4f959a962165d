package dev.manyhands.job;

/// How neighbouring tasks of a job ended, all alike.
public record Verdict(int first, int count, Outcome outcome) {
  /// The index after the last.
  public int end() {
    return first + count;
  }
}
