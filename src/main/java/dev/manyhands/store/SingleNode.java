package dev.manyhands.store;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The only service on its store.
final class SingleNode implements Nodes {
  private final String id;
  private final Instant startedAt;
  private volatile @Nullable String url;

  SingleNode(String id, Instant startedAt) {
    this.id = id;
    this.startedAt = startedAt;
  }

  @Override
  public String self() {
    return id;
  }

  @Override
  public List<Node> all() {
    return List.of(new Node(id, url, startedAt, null));
  }

  @Override
  public void announce(String where) {
    url = where;
  }
}
