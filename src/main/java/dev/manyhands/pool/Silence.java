package dev.manyhands.pool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How long a worker process has had a chunk and neither run a task of it nor said anything. One
/// that does so for longer than inputs and answers can take does not work any more: a chunk without
/// timeouts would wait for it for ever.
///
/// Which task runs is the worker's claim: one that claims to run a task may take its time, which
/// only a timeout or a cancel ends. What counts is how often it was seen silent, not for how long:
/// a machine that stood still as a whole is nobody's silence. Only the watchdog's thread touches
/// this.
final class Silence {
  /// For reading the inputs and writing the answers.
  static final Duration LONGEST = Duration.ofSeconds(10);

  /// How often somebody looks.
  static final Duration LOOK = Duration.ofSeconds(2);

  private BlameCell.@Nullable Claim last;
  private int seen;

  /// Whether outcomes have lain on the worker's shelf since the last look, behind a task that has
  /// run since then. To be asked before [#isTooLong].
  boolean hidesOutcomes(BlameCell.Claim claim) {
    return claim.shelved() > 0 && claim.running() >= 0 && claim.equals(last);
  }

  /// Whether it has gone on for too long.
  ///
  /// @param isHeard whether nothing that it said waits on this side
  boolean isTooLong(BlameCell.Claim claim, boolean isHeard) {
    boolean isAsBefore = claim.running() < 0 && isHeard && claim.equals(last);
    last = claim;
    seen = isAsBefore ? seen + 1 : 0;
    return seen >= LONGEST.dividedBy(LOOK);
  }
}
