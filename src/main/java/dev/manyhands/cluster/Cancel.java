package dev.manyhands.cluster;

import tools.jackson.databind.node.ObjectNode;

/// A chunk, or one task of it, is not wanted any more.
///
/// @param index of the task, or [#WHOLE]
record Cancel(String token, int index) {
  static final int WHOLE = -1;

  byte[] write() {
    ObjectNode head = Parts.object();
    head.put("type", "cancel");
    head.put("token", token);
    head.put("index", index);
    return Parts.write(head);
  }

  static Cancel of(Parts parts) {
    return new Cancel(parts.text("token"), parts.number("index"));
  }
}
