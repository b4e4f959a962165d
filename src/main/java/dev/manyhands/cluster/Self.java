package dev.manyhands.cluster;

/// What this node says of itself.
interface Self {
  /// @param leaving whether it stops
  Announcement announcement(boolean leaving);
}
