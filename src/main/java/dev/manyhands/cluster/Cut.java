package dev.manyhands.cluster;

import tools.jackson.databind.node.ObjectNode;

/// Of a chunk nothing more is to be started, as [dev.manyhands.pool.WorkerPool#cut] says.
record Cut(String token) {
  byte[] write() {
    ObjectNode head = Parts.object();
    head.put("type", "cut");
    head.put("token", token);
    return Parts.write(head);
  }

  static Cut of(Parts parts) {
    return new Cut(parts.text("token"));
  }
}
