package dev.manyhands.pool;

/// An input that its function's type cannot be: what was expected, and what came.
final class InvalidInput extends Exception {
  private static final long serialVersionUID = 1;

  /// As a task's error names it.
  static final String TYPE = "InvalidInput";

  InvalidInput(String message) {
    super(message, null, false, false);
  }
}
