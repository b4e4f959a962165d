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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/// The store on a database: one connection writes, several read, and a thread keeps house. What
/// differs between databases is in [Dialect] and in the sub-classes.
///
/// A change that would break the log is a bug of ours: it is logged, does not take effect, and the
/// others of its commit do.
abstract sealed class SqlJobStore implements JobStore permits SqliteJobStore, PostgresJobStore {
  private static final Logger LOG = LoggerFactory.getLogger(SqlJobStore.class);

  final StoreWriter writer;
  final Housekeeping housekeeping;
  final int mostBytes;
  private final Dialect dialect;
  private final HikariDataSource readers;
  private final LogReader reader;
  private final JobLists lists;
  private final CustomIds customIds;
  private final LimitRows limits;
  private final Outbox outbox;
  private final JdbcTemplate reading;

  /// @param mostBytes a longer value is kept beside the log
  SqlJobStore(
      Database database,
      StoreWriter writer,
      HikariDataSource readers,
      Housekeeping.Upkeep upkeep,
      int mostBytes) {
    this.mostBytes = mostBytes;
    this.dialect = database.dialect();
    this.writer = writer;
    this.housekeeping = new Housekeeping(writer, upkeep);
    this.readers = readers;
    JdbcTemplate jdbc = new JdbcTemplate(readers);
    this.reading = jdbc;
    this.reader = new LogReader(jdbc, dialect);
    this.lists = new JobLists(jdbc);
    this.customIds = new CustomIds(jdbc);
    this.limits = new LimitRows(jdbc);
    this.outbox = new SqlOutbox(writer, jdbc, this::node);
  }

  /// Whose the jobs are that come, from now on.
  abstract String node();

  @Override
  public List<Boolean> commit(List<Change> changes) {
    List<Boolean> effects;
    try {
      effects =
          writer.inTransaction(
              jdbc -> changes(jdbc).apply(changes),
              (jdbc, done) -> changes(jdbc).areThere(changes, done));
    } catch (BrokenChange broken) {
      LOG.error(
          "A change would break the log and is left out; the rest of the commit is kept", broken);
      effects =
          writer.inTransaction(
              jdbc -> changes(jdbc).applySound(changes),
              (jdbc, done) -> changes(jdbc).areThere(changes, done));
    }
    housekeeping.afterCommit(changes.stream().anyMatch(SqlJobStore::removes));
    return effects;
  }

  private Changes changes(JdbcTemplate jdbc) {
    return new Changes(jdbc, dialect, node(), mostBytes);
  }

  private static boolean removes(Change change) {
    return switch (change) {
      case Change.Remove _, Change.Discard _ -> true;
      case Change.Stage _,
          Change.Accept _,
          Change.Grow _,
          Change.Fingerprint _,
          Change.Answer _,
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
  public Set<JobId> unfinished(List<JobId> ids) {
    return reader.unfinished(ids);
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
  public long inputBytes(JobId id) {
    return reader.inputBytes(id);
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

  /// How many unfinished jobs each node has.
  Map<String, Integer> unfinished() {
    return NodeRows.unfinished(reading);
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
  }
}
