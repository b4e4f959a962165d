package dev.manyhands.job;

/// One rule that a client's input breaks: where (a JSON pointer) and what was expected and came.
public final class Invalid extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String pointer;

  /// @param pointer RFC 6901, from the root of the job as posted
  /// @param detail what was expected, and what came
  public Invalid(String pointer, String detail) {
    super(detail, null, false, false);
    this.pointer = pointer;
  }

  public String pointer() {
    return pointer;
  }

  public String detail() {
    return String.valueOf(getMessage());
  }
}
