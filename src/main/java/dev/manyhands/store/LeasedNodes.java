package dev.manyhands.store;

import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/// The services on one PostgreSQL database, as their leases say.
final class LeasedNodes implements Nodes {
  private final NodeLease lease;
  private final JdbcTemplate jdbc;

  LeasedNodes(NodeLease lease, JdbcTemplate jdbc) {
    this.lease = lease;
    this.jdbc = jdbc;
  }

  @Override
  public String self() {
    return lease.id();
  }

  @Override
  public List<Node> all() {
    return NodeRows.all(jdbc);
  }

  @Override
  public void announce(String url) {
    lease.announce(url);
  }
}
