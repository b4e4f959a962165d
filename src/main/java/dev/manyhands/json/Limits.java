package dev.manyhands.json;

/// How much one posted job may hold; published by `GET /v1/info`.
///
/// @param maxBody bytes of the whole body
/// @param maxInput bytes of one input, and of everything beside the inputs
/// @param maxInputs tasks of one job
public record Limits(long maxBody, int maxInput, int maxInputs) {
  /// Levels of arrays and objects in one input.
  public static final int MAX_NESTING = 64;

  /// Bytes of a JSON document that adds inputs to a job, which is taken whole or not at all; JSON
  /// lines may be as long as they like.
  public static final int MAX_ADDED = 16 << 20;

  /// Bytes of all functions of one job's tasks: they are read whenever the job is.
  public static final int MAX_FUNCTIONS_BYTES = 2 << 20;

  /// Characters of one number literal.
  public static final int MAX_NUMBER_CHARS = 1000;

  public static final Limits DEFAULT = new Limits(256 << 20, 8 << 20, 100_000_000);

  public Limits {
    if (maxBody < 1 || maxInput < 1 || maxInputs < 1) {
      throw new IllegalArgumentException(
          "expected limits from 1 on, got: " + maxBody + ", " + maxInput + ", " + maxInputs);
    }
  }
}
