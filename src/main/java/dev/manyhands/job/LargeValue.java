package dev.manyhands.job;

/// A value that is kept beside the log, since it is too long for it: what lists show in its place.
///
/// @param index of its task
/// @param bytes of its JSON
/// @param type `object`, `array`, `string`, `number`, `boolean` or `null`
/// @param sha256 of its JSON, in hexadecimal
public record LargeValue(int index, long bytes, String type, String sha256) {
  /// It is kept in pieces of this size, of which the last may be shorter.
  public static final int PIECE_BYTES = 256 * 1024;

  /// The type of a value, which its first byte tells.
  public static String typeOf(byte first) {
    return switch (first) {
      case '{' -> "object";
      case '[' -> "array";
      case '"' -> "string";
      case 't', 'f' -> "boolean";
      case 'n' -> "null";
      default -> "number";
    };
  }
}
