package dev.manyhands.pool;

/// A value that has no JSON form.
final class UnwritableValue extends Exception {
  private static final long serialVersionUID = 1;

  UnwritableValue(String message) {
    super(message, null, false, false);
  }
}
