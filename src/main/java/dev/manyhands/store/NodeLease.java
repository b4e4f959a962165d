package dev.manyhands.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/// This node's place among the nodes of a database: a name, and a lease that is renewed at a third
/// of its time, on a thread and a connection of its own, so that no long commit is in the way. What
/// fails is tried again at each beat, a twelfth of its time. [Tenure] knows when it is over here.
///
/// ```
/// entered -> renewed -> renewed -> ... -> left
///               \-> lost (not renewed in time, by its own clock or the database's) -> entered anew
/// ```
///
/// A node whose lease ran out never gets it back: its jobs may be another's already. It enters anew
/// under another name.
final class NodeLease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeLease.class);

  private static final int BEATS = 12;
  private static final int BEATS_TO_RENEW = BEATS / 3;

  private final PostgresDatabase database;
  private final Duration lease;
  private final Tenure tenure;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("node-lease").daemon().factory());

  private volatile String id = newId();
  private volatile Presence presence = Presence.UNKNOWN;
  private volatile long renewalNanos;

  /// A look that was asked for has not begun yet.
  private final AtomicBoolean lookIsDue = new AtomicBoolean();

  // By the timer's thread only.
  private int beats;
  private boolean failed;

  @GuardedBy("this")
  private @Nullable Connection connection;

  NodeLease(PostgresDatabase database, Duration lease) {
    this.database = database;
    this.lease = lease;
    this.tenure = new Tenure(lease, lease.dividedBy(BEATS));
  }

  private static String newId() {
    return "node_" + UUID.randomUUID().toString().replace("-", "");
  }

  String id() {
    return id;
  }

  /// Whether it runs, by the clock of this node: once it does not, it is lost for good.
  boolean runs() {
    return tenure.runs();
  }

  LeaseStanding standing() {
    return new LeaseStanding(runs(), tenure.losses(), Duration.ofNanos(renewalNanos));
  }

  void announce(Presence said) {
    presence = said;
    timer.execute(this::keep);
  }

  void tell(Tenure.Hearer hearer) {
    tenure.tell(hearer);
    timer.execute(this::keep);
  }

  /// Looks for jobs of others that are gone, soon. One look does for all who ask before it begins:
  /// when many nodes leave at once, a slow database has no more to do.
  void lookNow() {
    if (!timer.isShutdown() && lookIsDue.compareAndSet(false, true)) {
      timer.execute(() -> {
        lookIsDue.set(false); // who asks from now on may know of what this one does not see
        keep();
      });
    }
  }

  /// Enters, and keeps the lease from now on.
  void enter() {
    long asked = System.nanoTime();
    with(jdbc -> {
      NodeRows.enter(jdbc, id, presence, lease);
      Duties.begin(jdbc, id);
      return true;
    });
    tenure.begin(asked);
    long beat = lease.toNanos() / BEATS;
    ScheduledFuture<?> _ =
        timer.scheduleWithFixedDelay(this::beat, beat, beat, TimeUnit.NANOSECONDS);
  }

  private void beat() {
    beats++;
    if (failed || beats >= BEATS_TO_RENEW) {
      keep();
    }
  }

  /// Renews the lease, or enters anew after it was lost.
  private void keep() {
    try {
      tenure.endIfOver();
      if (tenure.isLost() || !renew()) {
        enterAnew();
      }
      tenure.tellRenewed(id, with(jdbc -> !NodeRows.gone(jdbc).isEmpty()));
      beats = 0;
      failed = false;
    } catch (RuntimeException | Error e) {
      if (!failed) {
        LOG.warn("The lease of {} was not renewed; tried again until it is: {}", id, e.toString());
      }
      failed = true;
      tenure.endIfOver();
    }
  }

  /// @return false if it is lost
  private boolean renew() {
    long asked = System.nanoTime();
    boolean renewed = with(jdbc -> NodeRows.renew(jdbc, id, presence, lease));
    if (renewed) {
      tenure.goOn(asked, false);
      renewalNanos = System.nanoTime() - asked;
    }
    return renewed;
  }

  /// Not before all has been given up that this node had by its old name, which may take its time.
  private void enterAnew() {
    if (!tenure.end("the database says that it has run out")) {
      throw new IllegalStateException("its jobs are not given up yet");
    }
    long asked = System.nanoTime();
    String old = id;
    String anew = newId();
    with(jdbc -> {
      NodeRows.enter(jdbc, anew, presence, lease);
      NodeRows.leave(jdbc, old);
      return true;
    });
    id = anew;
    tenure.goOn(asked, true);
    renewalNanos = System.nanoTime() - asked;
    LOG.info("{} is {} from now on", old, anew);
  }

  private synchronized <T> T with(Function<JdbcTemplate, T> work) {
    try {
      Connection open = connection;
      if (open == null) {
        open = database.openLease(lease);
        connection = open;
      }
      return work.apply(new JdbcTemplate(new SingleConnectionDataSource(open, true)));
    } catch (SQLException e) {
      throw new StoreUnavailable("the database cannot be reached: " + e.getMessage(), e);
    } catch (DataAccessException e) {
      drop();
      throw e;
    }
  }

  @GuardedBy("this")
  private void drop() {
    Connection old = connection;
    connection = null;
    if (old != null) {
      try {
        old.close();
      } catch (SQLException e) {
        LOG.debug("A connection was not closed cleanly", e);
      }
    }
  }

  /// Leaves: others may take over at once.
  @Override
  public void close() {
    timer.shutdown();
    tenure.close();
    try {
      if (!timer.awaitTermination(30, TimeUnit.SECONDS)) {
        LOG.warn("The lease is still being renewed; it will run out");
        return;
      }
      with(jdbc -> {
        NodeRows.leave(jdbc, id);
        News.tellLeft(jdbc);
        return true;
      });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("The lease of {} was not given back; it will run out: {}", id, e.toString());
    }
    synchronized (this) {
      drop();
    }
  }
}
