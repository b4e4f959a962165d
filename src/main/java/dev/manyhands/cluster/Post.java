package dev.manyhands.cluster;

/// Brings messages to the broker, and knows what became of each. Safe for use by several threads.
interface Post {
  /// What became of a message.
  enum Fate {
    /// The broker has it, and keeps it.
    KEPT,
    /// The broker has not taken it, or knows no queue for it.
    REFUSED,
    /// It has not left this node: there was no connection.
    UNSENT,
    /// Nobody knows: the connection was lost, or the broker says nothing.
    UNKNOWN
  }

  /// Sends to a queue, and waits until the broker has confirmed it. Whatever goes wrong is a fate,
  /// and no exception.
  Fate send(String queue, byte[] body);

  /// Tells every node, as well as it goes: what matters is told again.
  ///
  /// @return whether there is a broker
  boolean tellAll(byte[] body);
}
