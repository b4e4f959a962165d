package dev.manyhands.store;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/// The store on a PostgreSQL database, which several nodes may share: each takes over the
/// unfinished jobs of those whose lease has run out.
final class PostgresJobStore extends SqlJobStore {
  private final PostgresDatabase database;
  private final NodeLease lease;
  private final Nodes nodes;
  private final Durability durability;
  private final Doubts doubts = new Doubts();
  private final Takeover takeover;
  private volatile @Nullable NewsListener news;

  private PostgresJobStore(
      PostgresDatabase database,
      HikariDataSource readers,
      NodeLease lease,
      Durability durability,
      int mostBytes) {
    super(database, new StoreWriter(database), readers, Housekeeping.Upkeep.NONE, mostBytes);
    this.database = database;
    this.lease = lease;
    this.nodes = new LeasedNodes(lease, new JdbcTemplate(readers));
    this.durability = durability;
    this.takeover = new Takeover(writer, housekeeping, doubts, mostBytes);
  }

  /// Opens the store, and makes its tables where they are not there.
  ///
  /// @throws DatabaseUnusable if the server lets nobody in, or is too old
  static PostgresJobStore open(
      DatabaseAddress address, PostgresSettings settings, Duration leaseTime, int mostBytes) {
    return open(new PostgresDatabase(address, settings), leaseTime, mostBytes);
  }

  /// The same on a database that the caller has made.
  static PostgresJobStore open(PostgresDatabase database, Duration leaseTime, int mostBytes) {
    Durability durability = database.prepare();
    NodeLease lease = new NodeLease(database, leaseTime);
    lease.enter();
    return new PostgresJobStore(database, database.openReaders(), lease, durability, mostBytes);
  }

  @Override
  String node() {
    return lease.id();
  }

  @Override
  public boolean mayBegin() {
    return lease.runs();
  }

  @Override
  public Durability durability() {
    return durability;
  }

  @Override
  public List<Boolean> commit(List<Change> changes) {
    Map<Integer, Doubts.Doubt> before = doubts.suspend(changes);
    List<Boolean> effects = List.of();
    try {
      effects = super.commit(changes);
      return effects;
    } catch (StoreUnknown e) {
      doubts.add(changes);
      throw e;
    } finally {
      List<Boolean> done = effects;
      before.forEach((place, doubt) -> {
        if (done.isEmpty() || !done.get(place)) {
          doubts.restore(changes.get(place), doubt);
        }
      });
    }
  }

  /// Also its own: this node starts with them.
  @Override
  public List<Claimed> claimUnfinished() {
    return takeover.all(node());
  }

  @Override
  public void watch(Ownership ownership) {
    takeover.tell(ownership);
    lease.tell(
        new Tenure.Hearer() {
          @Override
          public void renewed(String node, boolean gone) {
            takeover.renewed(node, gone);
            // What was not heard is seen at the latest now.
            ownership.missed();
          }

          @Override
          public void lost() {
            takeover.lost();
          }
        });
    NewsListener listener = new NewsListener(database, ownership, lease::lookNow);
    news = listener;
    listener.start();
  }

  /// This node and the others, as their leases say.
  Nodes nodes() {
    return nodes;
  }

  @Override
  public void close() {
    NewsListener listener = news;
    if (listener != null) {
      listener.close();
    }
    takeover.close();
    lease.close();
    super.close();
  }
}
