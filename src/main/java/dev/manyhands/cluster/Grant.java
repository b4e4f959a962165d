package dev.manyhands.cluster;

import tools.jackson.databind.node.ObjectNode;

/// The owner's answer to all who claim a chunk: one of them may run it, and no other ever.
///
/// @param by the [Claim] that is granted, or [#NOBODY]: the chunk is not wanted any more
record Grant(String token, String by) {
  static final String NOBODY = "";

  byte[] write() {
    ObjectNode head = Parts.object();
    head.put("type", "grant");
    head.put("token", token);
    head.put("by", by);
    return Parts.write(head);
  }

  static Grant of(Parts parts) {
    return new Grant(parts.text("token"), parts.text("by"));
  }
}
