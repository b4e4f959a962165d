package dev.manyhands.store;

import com.zaxxer.hikari.HikariDataSource;
import dev.manyhands.job.CustomId;
import dev.manyhands.job.Ending;
import dev.manyhands.job.IdempotencyKey;
import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobFilter;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Limit;
import dev.manyhands.job.Logged;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Verdict;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/// The store on an SQLite database in the data folder: one writing connection, several that read,
/// and a thread that keeps house.
///
/// A change that would break the log is a bug of ours: it is logged, does not take effect, and the
/// others of its commit do.
final class SqliteJobStore implements JobStore {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteJobStore.class);

  private final DataFolder folder;
  private final SqliteWriter writer;
  private final Housekeeping housekeeping;
  private final HikariDataSource readers;
  private final LogReader reader;
  private final JobLists lists;
  private final CustomIds customIds;
  private final LimitRows limits;
  private final int mostBytes;
  private final Outbox outbox;

  private SqliteJobStore(DataFolder folder, SqliteDatabase database, int mostBytes) {
    this.mostBytes = mostBytes;
    this.folder = folder;
    this.writer = new SqliteWriter(database);
    this.housekeeping = new Housekeeping(database, writer);
    this.readers = database.openReaders();
    this.reader = new LogReader(new JdbcTemplate(readers));
    this.lists = new JobLists(new JdbcTemplate(readers));
    this.customIds = new CustomIds(new JdbcTemplate(readers));
    this.limits = new LimitRows(new JdbcTemplate(readers));
    this.outbox = new SqliteOutbox(writer, new JdbcTemplate(readers));
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
      return new SqliteJobStore(folder, database, mostBytes);
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  @Override
  public List<Boolean> commit(List<Change> changes) {
    List<Boolean> effects;
    try {
      effects =
          writer.inTransaction(
              jdbc -> new Changes(jdbc, mostBytes).apply(changes),
              (jdbc, done) -> new Changes(jdbc, mostBytes).areThere(changes, done));
    } catch (BrokenChange broken) {
      LOG.error(
          "A change would break the log and is left out; the rest of the commit is kept", broken);
      effects =
          writer.inTransaction(
              jdbc -> new Changes(jdbc, mostBytes).applySound(changes),
              (jdbc, done) -> new Changes(jdbc, mostBytes).areThere(changes, done));
    }
    housekeeping.afterCommit(changes.stream().anyMatch(SqliteJobStore::removes));
    return effects;
  }

  private static boolean removes(Change change) {
    return switch (change) {
      case Change.Remove _, Change.Discard _ -> true;
      case Change.Stage _,
          Change.Accept _,
          Change.Grow _,
          Change.Fingerprint _,
          Change.Append _,
          Change.Hand _,
          Change.HandBack _,
          Change.PutLimit _,
          Change.RemoveLimit _,
          Change.Release _ ->
          false;
    };
  }

  @Override
  public List<Claimed> claimUnfinished() {
    List<Claimed> claimed = writer.inTransaction(jdbc -> Claims.claim(jdbc, mostBytes));
    housekeeping.afterCommit(true);
    return claimed;
  }

  @Override
  public Optional<Job> job(JobId id) {
    return reader.job(id);
  }

  @Override
  public List<Job> jobs(JobFilter filter, @Nullable JobId before, int limit) {
    return lists.jobs(filter, before, limit);
  }

  @Override
  public List<JobId> removable(Instant now, int limit) {
    return reader.removable(now, limit);
  }

  @Override
  public Optional<Instant> nextRemoval(Instant now) {
    return reader.nextRemoval(now);
  }

  @Override
  public boolean needsOthers(JobId id) {
    return reader.needsOthers(id);
  }

  @Override
  public List<JobId> dependents(JobId id, int limit) {
    return reader.dependents(id, limit);
  }

  @Override
  public Optional<Keyed> keyed(IdempotencyKey key, Instant now) {
    return reader.keyed(key, now);
  }

  @Override
  public int[] blockStarts(JobId id, int from) {
    return reader.blockStarts(id, from);
  }

  @Override
  public int[] blockFunctions(JobId id, int from) {
    return reader.blockFunctions(id, from);
  }

  @Override
  public Optional<InputBlock> customIds(JobId id, int index) {
    return customIds.ofBlock(id, index);
  }

  @Override
  public OptionalInt taskNamed(JobId id, CustomId customId) {
    return customIds.find(id, customId);
  }

  @Override
  public Optional<InputBlock> inputs(JobId id, int first) {
    return reader.inputs(id, first);
  }

  @Override
  public List<Logged> byCompletion(JobId id, long seq, int limit) {
    return reader.byCompletion(id, seq, limit);
  }

  @Override
  public List<Logged> byIndex(JobId id, int index, int limit) {
    return reader.byIndex(id, index, limit);
  }

  @Override
  public List<Limit> limits() {
    return limits.all();
  }

  @Override
  public Optional<byte[]> largeValue(JobId id, int index, int piece) {
    return reader.largeValue(id, index, piece);
  }

  @Override
  public List<Verdict> verdicts(JobId id, int index, int limit) {
    return reader.verdicts(id, index, limit);
  }

  @Override
  public List<Ending> endings(JobId id, int index, Set<Outcome> outcomes, int limit) {
    return reader.endings(id, index, outcomes, limit);
  }

  /// What webhooks are to be told, in the same database; closed with this.
  Outbox outbox() {
    return outbox;
  }

  /// Returns when what housekeeping had to do is done.
  void awaitHousekeeping() throws InterruptedException {
    housekeeping.awaitIdle();
  }

  @Override
  public void close() {
    housekeeping.close();
    readers.close();
    writer.close();
    folder.close();
  }
}
