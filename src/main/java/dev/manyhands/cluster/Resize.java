package dev.manyhands.cluster;

import tools.jackson.databind.node.ObjectNode;

/// An operator wants a pool to be so large, as each owner is told.
///
/// @param size 1 or more
record Resize(String pool, int size) {
  Resize {
    if (size < 1) {
      throw new IllegalArgumentException("expected 1 or more workers, got: " + size);
    }
  }

  byte[] write() {
    ObjectNode head = Parts.object();
    head.put("type", "resize");
    head.put("pool", pool);
    head.put("size", size);
    return Parts.write(head);
  }

  static Resize of(Parts parts) {
    return new Resize(parts.text("pool"), parts.number("size"));
  }
}
