package dev.manyhands.store;

import dev.manyhands.job.JobId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// The only service on its store.
final class SingleNode implements Nodes {
  private final String id;
  private final Supplier<Map<String, Integer>> unfinished;
  private final Instant startedAt;
  private volatile Presence presence = Presence.UNKNOWN;

  SingleNode(String id, Supplier<Map<String, Integer>> unfinished, Instant startedAt) {
    this.id = id;
    this.unfinished = unfinished;
    this.startedAt = startedAt;
  }

  @Override
  public boolean isShared() {
    return false;
  }

  @Override
  public String self() {
    return id;
  }

  @Override
  public List<Node> all() {
    return List.of(new Node(id, presence, startedAt, null));
  }

  @Override
  public Optional<Owner> ownerOf(JobId job) {
    return Optional.empty();
  }

  @Override
  public Optional<Owner> limits() {
    return Optional.empty();
  }

  @Override
  public Map<String, Integer> unfinished() {
    return unfinished.get();
  }

  @Override
  public LeaseStanding lease() {
    return new LeaseStanding(true, 0, Duration.ZERO);
  }

  @Override
  public void announce(Presence said) {
    presence = said;
  }
}
