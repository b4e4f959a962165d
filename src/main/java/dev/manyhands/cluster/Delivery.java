package dev.manyhands.cluster;

/// A message that a queue has given to this node, and waits to hear of. When its channel is gone
/// the broker has taken it back by itself.
interface Delivery {
  /// Whether another node, or this one, was given it before.
  boolean isRedelivered();

  /// Whether the broker still counts on this node.
  boolean isOpen();

  /// It is done, or of no use.
  void done();
}
