package dev.manyhands.store;

import dev.manyhands.job.JobId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The services that share the store.
public interface Nodes {
  /// Whether there can be others than this one.
  boolean isShared();

  /// The name of this one from now on; it has another after it was given up by the others.
  String self();

  /// Those whose lease runs, the oldest first.
  List<Node> all();

  /// Who has the job; none if it is not there, or nobody else can have it.
  Optional<Owner> ownerOf(JobId job);

  /// Who has the named limits, and all jobs that name one; none: nobody at present, or there is one
  /// node.
  Optional<Owner> limits();

  /// How many unfinished jobs each has, by its id; none: it has no jobs.
  Map<String, Integer> unfinished();

  /// How this one's lease stands.
  LeaseStanding lease();

  /// Tells the others of this one, from now on.
  void announce(Presence presence);
}
