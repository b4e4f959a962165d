package dev.manyhands.cluster;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// A worker node asks the owner of a chunk that may run only once whether it may run it: the same
/// message may have come to another node, too. The answer is a [Grant].
///
/// @param by what no other claim is called
record Claim(String token, String by) {
  private static final byte[] NOTHING = {};

  byte[] write() {
    ObjectNode head = Parts.object();
    head.put("claim", true);
    head.put("token", token);
    head.put("by", by);
    return Parts.write(head, NOTHING, NOTHING, NOTHING, NOTHING);
  }

  /// None if it is something else.
  static Optional<Claim> of(Parts parts) {
    return parts.head().path("claim").booleanValue(false)
        ? Optional.of(new Claim(parts.text("token"), parts.text("by")))
        : Optional.empty();
  }
}
