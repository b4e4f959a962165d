package dev.manyhands.store;

import dev.manyhands.job.JobId;
import java.util.List;

/// Who is told which jobs come to this node and leave it while it runs, and what becomes of those
/// of others. Jobs come and go by one thread; the rest is told by another.
public interface Ownership {
  /// Jobs of a node that is gone are this node's from now on, and perhaps the named limits. May be
  /// told in several portions.
  ///
  /// @return those that cannot go on now, of which it is told again later; all of them, at the next
  ///   epoch, if this throws
  List<Claimed> taken(List<Claimed> jobs);

  /// Whether this node takes no more jobs, since it is about to leave: it is told of none then.
  default boolean isClosed() {
    return false;
  }

  /// This node could not renew its lease in time, so none of its jobs may be its own any more: it
  /// is to stop working on them, and to forget what it has of them in memory.
  void lost();

  /// A job for which another one waits has ended, here or on another node.
  default void ended(JobId job) {}

  /// A job is not there any more.
  default void removed(JobId job) {}

  /// What was told lately may not have been heard: look.
  default void missed() {}
}
