package dev.manyhands.security;

/// The service would be open to others if it started like this, so it does not.
final class UnsafeStart extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String cure;

  /// @param message the setting or file, what was expected and what came
  /// @param cure what to do
  UnsafeStart(String message, String cure) {
    super(message);
    this.cure = cure;
  }

  String cure() {
    return cure;
  }
}
