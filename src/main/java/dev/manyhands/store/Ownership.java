package dev.manyhands.store;

import java.util.List;

/// Who is told which jobs come to this node and leave it while it runs. Called by one thread.
public interface Ownership {
  /// Jobs of a node that is gone are this node's from now on.
  void taken(List<Claimed> jobs);

  /// This node could not renew its lease in time, so none of its jobs may be its own any more: it
  /// is to stop working on them, and to forget what it has of them in memory.
  void lost();
}
