package dev.manyhands.cluster;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Goes through a pool's queue and comes back: whatever its owner sent before it is not in the
/// queue any more.
record Probe(String token, String owner) {
  private static final byte[] NOTHING = {};

  byte[] write() {
    ObjectNode head = Parts.object();
    head.put("probe", true);
    head.put("token", token);
    head.put("owner", owner);
    return Parts.write(head, NOTHING, NOTHING);
  }

  /// None if it is something else.
  static Optional<Probe> of(Parts parts) {
    return parts.head().path("probe").booleanValue(false)
        ? Optional.of(new Probe(parts.text("token"), parts.text("owner")))
        : Optional.empty();
  }
}
