package dev.manyhands.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/// The database file, opened as the store's promises need it: a write-ahead log, synced to disk at
/// every commit.
///
/// The sizes are measured. Pages of 8 KiB write blocks of 256 and 480 KiB faster than the usual 4
/// KiB and make a tiny commit hardly dearer; of 16 KiB its checksums cost half as much again.
/// Nothing is memory-mapped and the page caches are small: the operating system's cache serves
/// reads at 2 GB/s and is not memory of this process.
class SqliteDatabase implements Database {
  /// In a file's header, so that another program's database is not taken for ours: "MHND".
  private static final int APPLICATION_ID = 0x4d484e44;

  private static final Dialect DIALECT = new SqliteDialect();

  private static final int PAGE_BYTES = 8 * 1024;
  private static final int WRITER_CACHE_KIB = 8 * 1024;
  private static final int READER_CACHE_KIB = 2 * 1024;

  /// As many as may usefully read at once on a small machine; more wait for their turn.
  private static final int READERS = 8;

  /// Readers and the writer do not block one another; this is for the moments when the log is
  /// opened or recovered.
  private static final int BUSY_MILLIS = 10_000;

  private final Path file;
  private final int maxPages;

  /// @param maxPages the most pages that the file may have; 0: as many as the disk takes
  SqliteDatabase(Path file, int maxPages) {
    this.file = file;
    this.maxPages = maxPages;
  }

  /// Creates the database, or brings an older one up to date.
  ///
  /// @throws StoreUnusable if the file is not a store or would not be durable
  void prepare() {
    try (Connection connection = source(new SQLiteConfig()).getConnection()) {
      SqliteChecks checks = new SqliteChecks(file, connection);
      checks.isRecent();
      checks.isOurs(APPLICATION_ID);
      checks.set("page_size", Integer.toString(PAGE_BYTES)); // heeded only while the file is empty
      checks.set("journal_mode", "wal");
      checks.set("application_id", Integer.toString(APPLICATION_ID));
    } catch (SQLException e) {
      throw new StoreUnusable(file + " cannot be opened: " + e.getMessage(), e);
    }
    Flyway.configure()
        .dataSource(source(config(WRITER_CACHE_KIB)))
        .locations("classpath:db/migration/sqlite")
        .load()
        .migrate();
  }

  @Override
  public Dialect dialect() {
    return DIALECT;
  }

  /// A file is there or not: asked once.
  @Override
  public long askMillis() {
    return 0;
  }

  @Override
  public Connection openWriter() throws SQLException {
    Connection connection = source(config(WRITER_CACHE_KIB)).getConnection();
    try {
      new SqliteChecks(file, connection).isDurable();
      return connection;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /// Connections that cannot write.
  HikariDataSource openReaders() {
    SQLiteConfig config = config(READER_CACHE_KIB);
    config.setReadOnly(true);
    DataSource source = source(config);
    HikariConfig pool = new HikariConfig();
    pool.setPoolName("store-readers");
    pool.setMaximumPoolSize(READERS);
    pool.setMinimumIdle(1);
    pool.setReadOnly(true);
    pool.setDataSource(
        new AbstractDataSource() {
          @Override
          public Connection getConnection() throws SQLException {
            return KeptStatements.on(source.getConnection());
          }

          @Override
          public Connection getConnection(String user, String password) throws SQLException {
            return getConnection();
          }

          // The pool sets one; a file has no login that could take long.
          @Override
          public void setLoginTimeout(int seconds) {}
        });
    return new HikariDataSource(pool);
  }

  /// The write-ahead log beside the file.
  Path log() {
    return file.resolveSibling(file.getFileName() + "-wal");
  }

  private SQLiteConfig config(int cacheKib) {
    SQLiteConfig config = new SQLiteConfig();
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.enforceForeignKeys(true);
    config.setBusyTimeout(BUSY_MILLIS);
    config.setCacheSize(-cacheKib);
    config.setTempStore(SQLiteConfig.TempStore.MEMORY);
    config.setWalAutocheckpoint(0); // Checkpoint does it, beside the commits
    config.setJournalSizeLimit(Checkpoint.LOG_BYTES);
    config.setGetGeneratedKeys(false);
    if (maxPages > 0) {
      config.setMaxPageCount(maxPages);
    }
    return config;
  }

  private SQLiteDataSource source(SQLiteConfig config) {
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file);
    return source;
  }
}
