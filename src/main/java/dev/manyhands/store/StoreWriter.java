package dev.manyhands.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/// The one connection that writes. Commits and housekeeping take turns on it.
///
/// A connection on which a transaction failed is thrown away and the next transaction opens another
/// one: what state SQLite is in after a full disk or an I/O error, or what a server still does for
/// a connection that broke, need not be known.
final class StoreWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreWriter.class);

  private static final long ASK_AGAIN_MILLIS = 200;

  private final Database database;

  /// Fair, so that a commit waits for at most one portion of housekeeping.
  private final ReentrantLock turn = new ReentrantLock(true);

  @GuardedBy("turn")
  private @Nullable Session session;

  @GuardedBy("turn")
  private boolean closed;

  StoreWriter(Database database) {
    this.database = database;
  }

  /// Does the work on the writing connection, in one transaction that is synced to disk on return.
  ///
  /// @throws StoreFull if there was no room: nothing is stored
  /// @throws StoreUnreachable if there was no connection: nothing is stored
  /// @throws StoreUnavailable if it could not be done: nothing is stored
  /// @throws StoreUnknown if nobody knows: the disk failed to sync, or the server went away during
  ///   the commit and did not come back
  <T> T inTransaction(Function<JdbcTemplate, T> work) {
    return inTransaction(work, (_, _) -> false);
  }

  /// The same for work whose traces can be read: when the commit itself fails, of which nobody
  /// knows whether it took place, the store is asked.
  ///
  /// @param isThere whether the store is as the work, with this result, was to leave it
  /// @throws StoreUnavailable if it could not be done, and is not there
  <T> T inTransaction(Function<JdbcTemplate, T> work, BiPredicate<JdbcTemplate, T> isThere) {
    try {
      turn.lock();
      try {
        return commit(work, isThere);
      } finally {
        turn.unlock();
      }
    } catch (Unknown e) {
      throw new StoreUnknown("nobody knows whether it is stored", e);
    } catch (SQLException | DataAccessException e) {
      throw fault(e);
    }
  }

  /// The database took a commit, and told neither then nor later what became of it.
  private static final class Unknown extends SQLException {
    Unknown(DataAccessException fault) {
      super("the database does not tell whether a commit took place: " + fault.getMessage(), fault);
    }
  }

  /// There is no connection on which anything could be done.
  private static final class NoConnection extends SQLException {
    NoConnection(SQLException fault) {
      super(fault.getMessage(), fault);
    }
  }

  @GuardedBy("turn")
  private <T> T commit(Function<JdbcTemplate, T> work, BiPredicate<JdbcTemplate, T> isThere)
      throws SQLException {
    boolean committed = false;
    try {
      Session open = session();
      open.jdbc.execute(database.dialect().begin());
      T result = work.apply(open.jdbc);
      try {
        open.jdbc.execute("COMMIT");
      } catch (DataAccessException e) {
        dropSession();
        if (!ask(e, isThere, result)) {
          throw e;
        }
        LOG.warn("A commit was reported as failed, and is there: {}", e.toString());
      }
      committed = true;
      return result;
    } finally {
      if (!committed) {
        dropSession();
      }
    }
  }

  /// Whether the work is there, asked until the database answers or there is no more hope.
  ///
  /// @throws StoreUnknown if it is still not known
  @GuardedBy("turn")
  private <T> boolean ask(DataAccessException fault, BiPredicate<JdbcTemplate, T> isThere, T result)
      throws SQLException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(database.askMillis());
    while (true) {
      try {
        return isThere.test(session().jdbc, result);
      } catch (SQLException | DataAccessException e) {
        dropSession();
        fault.addSuppressed(e);
        if (System.nanoTime() >= deadline) {
          throw new Unknown(fault);
        }
        pause();
      }
    }
  }

  /// Nobody tells when a database answers again. The lock stays: nobody could write meanwhile.
  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(ASK_AGAIN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("nobody interrupts who asks about a commit", e);
    }
  }

  /// Does something while no transaction runs.
  <E extends Exception> void betweenTransactions(Step<E> step) throws E {
    turn.lock();
    try {
      step.run();
    } finally {
      turn.unlock();
    }
  }

  /// Something to do that may fail in one way.
  interface Step<E extends Exception> {
    void run() throws E;
  }

  @Override
  public void close() {
    turn.lock();
    try {
      closed = true;
      dropSession();
    } finally {
      turn.unlock();
    }
  }

  private RuntimeException fault(Exception cause) {
    String message = "the store cannot commit: " + cause.getMessage();
    return switch (database.dialect().fault(cause)) {
      case FULL -> new StoreFull(database.dialect().disk() + " is full: nothing was stored", cause);
      case UNSYNCED -> new StoreUnknown(message, cause);
      case FORBIDDEN, OTHER ->
          cause instanceof NoConnection
              ? new StoreUnreachable(message, cause)
              : new StoreUnavailable(message, cause);
    };
  }

  @GuardedBy("turn")
  private Session session() throws SQLException {
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
    Session open = session;
    if (open == null) {
      Connection connection = connect();
      open = new Session(connection, new KeptJdbc(connection, database.dialect()::text));
      session = open;
    }
    return open;
  }

  private Connection connect() throws NoConnection {
    try {
      return database.openWriter();
    } catch (SQLException e) {
      throw new NoConnection(e);
    }
  }

  /// Takes back what its transaction did so far.
  @GuardedBy("turn")
  private void dropSession() {
    Session old = session;
    session = null;
    if (old != null) {
      try {
        old.connection.close();
      } catch (SQLException e) {
        LOG.warn("A connection to the store was not closed cleanly; a new one will be opened", e);
      }
    }
  }

  private record Session(Connection connection, KeptJdbc jdbc) {}
}
