package dev.manyhands.cluster;

import java.util.List;

/// What this node says of itself.
interface Self {
  /// @param leaving whether it stops
  Announcement announcement(boolean leaving);
}
