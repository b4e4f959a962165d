package dev.manyhands.store;

import dev.manyhands.job.JobId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  public boolean isShared() {
    return true;
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
  public Optional<Owner> ownerOf(JobId job) {
    return NodeRows.ownerOf(jdbc, job);
  }

  @Override
  public Optional<Owner> limits() {
    return Duties.holder(jdbc);
  }

  @Override
  public Map<String, Integer> unfinished() {
    return NodeRows.unfinished(jdbc);
  }

  @Override
  public LeaseStanding lease() {
    return lease.standing();
  }

  @Override
  public void announce(Presence presence) {
    lease.announce(presence);
  }
}
