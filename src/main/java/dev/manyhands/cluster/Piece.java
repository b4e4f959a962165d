package dev.manyhands.cluster;

import dev.manyhands.job.JsonLines;
import java.util.Arrays;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// A piece of a message that is too large to travel as one, or of an input that is too large for
/// one: whoever gets them all has it.
///
/// @param token of the chunk that it is about
/// @param number of the message among those of its chunk; 0 of an input
/// @param at where in the whole it starts
/// @param total bytes of the whole
record Piece(String token, int number, int at, int total, byte[] bytes) {
  /// The most bytes of a message that come in pieces: more than the largest value (64 MB), with
  /// what its task printed.
  static final int MAX_TOTAL = 80 << 20;

  /// The most bytes of an input, with its line feed.
  static final int MAX_INPUT = (512 << 20) + 1;

  private static final byte[] NOTHING = {};

  Piece {
    if (at < 0 || total > MAX_INPUT || bytes.length == 0 || at > total - bytes.length) {
      throw new IllegalArgumentException(
          "expected a piece within " + total + " bytes, got " + bytes.length + " at " + at);
    }
  }

  /// How many pieces of a size a message has.
  static int count(int total, int size) {
    return Math.ceilDiv(total, size);
  }

  /// One piece of a message.
  static Piece of(String token, int number, byte[] whole, int index, int size) {
    int at = index * size;
    byte[] bytes = Arrays.copyOfRange(whole, at, Math.min(whole.length, at + size));
    return new Piece(token, number, at, whole.length, bytes);
  }

  /// One piece of an input.
  ///
  /// @throws IllegalArgumentException if nothing of it is there
  static Piece of(String token, JsonLines input, int at, int size) {
    if (at < 0 || at >= input.length()) {
      throw new IllegalArgumentException(
          "expected a place within " + input.length() + " bytes, got: " + at);
    }
    int from = input.offset() + at;
    int to = from + Math.min(size, input.length() - at);
    return new Piece(token, 0, at, input.length(), Arrays.copyOfRange(input.bytes(), from, to));
  }

  byte[] write() {
    ObjectNode head = Parts.object();
    head.put("piece", true);
    head.put("token", token);
    head.put("number", number);
    head.put("at", at);
    head.put("total", total);
    return Parts.write(head, bytes, NOTHING, NOTHING, NOTHING);
  }

  /// None if it is something else.
  ///
  /// @throws IllegalArgumentException if it is a piece of nothing
  static Optional<Piece> of(Parts parts) {
    if (!parts.head().path("piece").booleanValue(false)) {
      return Optional.empty();
    }
    return Optional.of(
        new Piece(
            parts.text("token"),
            parts.number("number"),
            parts.number("at"),
            parts.number("total"),
            parts.rest().get(0)));
  }
}
