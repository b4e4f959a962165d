package dev.manyhands.store;

import dev.manyhands.job.JobId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hears the [News] of other nodes, on a thread and a connection of its own. After each new
/// connection it says that something may have been missed.
final class NewsListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NewsListener.class);

  /// How long nothing is heard before it is looked whether anything could be.
  private static final int QUIET_MILLIS = 5_000;

  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final PostgresDatabase database;
  private final Ownership hearer;
  private final Runnable left;
  private final Thread thread;
  private volatile boolean closed;
  private volatile @Nullable Connection open;

  /// @param left runs when a node has left
  NewsListener(PostgresDatabase database, Ownership hearer, Runnable left) {
    this.database = database;
    this.hearer = hearer;
    this.left = left;
    this.thread = Thread.ofPlatform().name("node-news").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    boolean said = false;
    while (!closed) {
      try (Connection connection = database.openNews();
          Statement statement = connection.createStatement()) {
        open = connection;
        statement.execute("LISTEN " + News.CHANNEL);
        hearer.missed();
        said = false;
        while (!closed) {
          hear(connection.unwrap(PGConnection.class), statement);
        }
      } catch (SQLException | RuntimeException | Error e) {
        if (!closed) {
          if (!said) {
            LOG.warn(
                "Nothing is heard of other nodes now; tried again until it is: {}", e.toString());
          }
          said = true;
          LockSupport.parkNanos(PAUSE_NANOS);
        }
      }
    }
  }

  private void hear(PGConnection connection, Statement statement) throws SQLException {
    PGNotification[] news = connection.getNotifications(QUIET_MILLIS);
    if (news == null || news.length == 0) {
      statement.execute("SELECT 1"); // fails where the server is gone without a word
      return;
    }
    for (PGNotification one : news) {
      tell(one.getParameter());
    }
  }

  private void tell(String news) {
    try {
      if (news.startsWith(News.ENDED)) {
        hearer.ended(new JobId(news.substring(News.ENDED.length())));
      } else if (news.startsWith(News.REMOVED)) {
        hearer.removed(new JobId(news.substring(News.REMOVED.length())));
      } else if (news.equals(News.LEFT)) {
        left.run();
      }
    } catch (IllegalArgumentException e) {
      LOG.debug("Not understood: {}", news); // of a later version, perhaps
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    Connection connection = open;
    try {
      if (connection != null) {
        connection.abort(Runnable::run);
      }
      thread.join(TimeUnit.SECONDS.toMillis(10));
    } catch (SQLException e) {
      LOG.debug("A connection was not closed cleanly", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
