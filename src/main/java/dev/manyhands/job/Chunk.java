package dev.manyhands.job;

import java.util.function.Supplier;

/// A run of neighbouring tasks handed to a worker at once.
///
/// @param id never used twice while the service runs
/// @param attempt of every task in it, counted from 1
/// @param first index of the first task
/// @param alone whether its one task is suspected of having ended its worker, or has run out of
///   memory: a worker process that runs it has run nothing before
/// @param prompt whether somebody waits for each outcome, which is then told as soon as it is
///   there; else outcomes may be told together, a few times a second
/// @param inputs reads the inputs, perhaps from disk: called by the worker's own thread, and again
///   only for one that another node asks for in pieces; throws [NotBegun] when none of its tasks is
///   to start any more
public record Chunk(
    long id,
    Call call,
    int attempt,
    int first,
    int count,
    boolean alone,
    boolean prompt,
    Supplier<JsonLines> inputs) {
  /// Of tasks that nobody suspects and somebody waits for.
  public Chunk(long id, Call call, int attempt, int first, int count, Supplier<JsonLines> inputs) {
    this(id, call, attempt, first, count, false, true, inputs);
  }

  /// The index after the last.
  public int end() {
    return first + count;
  }
}
