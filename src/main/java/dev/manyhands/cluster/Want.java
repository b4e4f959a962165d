package dev.manyhands.cluster;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// A worker node asks the owner of a chunk for some of its input, which is too large for a message.
/// The answer is a [Piece], in the node's own queue.
///
/// @param node that asks
/// @param at where in the input it goes on
record Want(String token, String node, int at) {
  private static final byte[] NOTHING = {};

  byte[] write() {
    ObjectNode head = Parts.object();
    head.put("want", true);
    head.put("token", token);
    head.put("node", node);
    head.put("at", at);
    return Parts.write(head, NOTHING, NOTHING, NOTHING, NOTHING);
  }

  /// None if it is something else.
  static Optional<Want> of(Parts parts) {
    return parts.head().path("want").booleanValue(false)
        ? Optional.of(new Want(parts.text("token"), parts.text("node"), parts.number("at")))
        : Optional.empty();
  }
}
