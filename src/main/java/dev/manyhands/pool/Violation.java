package dev.manyhands.pool;

/// A worker process sent what the protocol does not allow. It cannot be trusted any more, and is
/// ended.
final class Violation extends Exception {
  Violation(String message) {
    super(message, null, false, false);
  }
}
