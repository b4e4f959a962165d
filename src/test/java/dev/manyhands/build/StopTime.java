package dev.manyhands.build;

import java.time.Duration;

/// How long the stop of a node may take as it comes: tasks that run may go on for 10 s
/// (`manyhands.dispatch.grace`), and the server's answers and the last results take up to the 20 s
/// of a phase (`spring.lifecycle.timeout-per-shutdown-phase`).
final class StopTime {
  static final Duration LONGEST = Duration.ofSeconds(10 + 20);

  private StopTime() {}
}
