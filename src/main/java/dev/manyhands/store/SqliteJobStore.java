package dev.manyhands.store;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/// The store on an SQLite database in the data folder. One node runs there, so that each start
/// takes over all that an earlier one has not finished.
final class SqliteJobStore extends SqlJobStore {
  private static final String NODE = "node";

  private final DataFolder folder;

  private SqliteJobStore(
      DataFolder folder, SqliteDatabase database, StoreWriter writer, int mostBytes) {
    super(database, writer, database.openReaders(), new Checkpoint(database, writer), mostBytes);
    this.folder = folder;
  }

  /// Opens the store in the folder, and creates both where they are not there.
  ///
  /// @throws DataFolderInUse if another process holds the folder
  /// @throws IllegalStateException if what is there is not a store, or would not be durable
  static SqliteJobStore open(Path data) {
    return open(data, 0, StoreSettings.LARGE_VALUE_BYTES);
  }

  /// The same with a database of at most so many pages, after which it is full.
  static SqliteJobStore open(Path data, int maxPages) {
    return open(data, maxPages, StoreSettings.LARGE_VALUE_BYTES);
  }

  /// The same, keeping values of more than so many bytes beside the log.
  static SqliteJobStore open(Path data, int maxPages, int mostBytes) {
    return open(data, mostBytes, file -> new SqliteDatabase(file, maxPages));
  }

  /// The same on a database that the caller makes of its file.
  static SqliteJobStore open(Path data, int mostBytes, Function<Path, SqliteDatabase> of) {
    DataFolder folder = DataFolder.take(data);
    try {
      SqliteDatabase database = of.apply(folder.file("manyhands.db"));
      database.prepare();
      return new SqliteJobStore(folder, database, new StoreWriter(database), mostBytes);
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  @Override
  String node() {
    return NODE;
  }

  @Override
  public List<Claimed> claimUnfinished() {
    List<Claimed> claimed = writer.inTransaction(jdbc -> Claims.claim(jdbc, NODE, NODE, mostBytes));
    housekeeping.afterCommit(true);
    return claimed;
  }

  @Override
  public void close() {
    super.close();
    folder.close();
  }
}
