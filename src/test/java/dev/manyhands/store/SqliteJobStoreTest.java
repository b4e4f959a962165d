package dev.manyhands.store;

import static dev.manyhands.store.Samples.accept;
import static dev.manyhands.store.Samples.job;
import static dev.manyhands.store.Samples.ran;
import static dev.manyhands.store.Samples.running;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobFilter;
import dev.manyhands.job.JsonLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

class SqliteJobStoreTest extends JobStoreContract {
  private static final int HALF_A_MEGABYTE = 1 << 19;

  /// Three megabytes.
  private static final int FEW_PAGES = 384;

  @TempDir Path temporary;

  private Path folder() {
    return temporary.resolve("data");
  }

  @Override
  JobStore open() {
    return SqliteJobStore.open(folder());
  }

  private JobStore openSmall() {
    return SqliteJobStore.open(temporary.resolve("small"), FEW_PAGES);
  }

  @Test
  void folderIsForItsOwnerOnly() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())))
        .isEqualTo("rwx------");
  }

  @Test
  void secondStoreOnTheFolderIsRefused() {
    assertThatThrownBy(() -> SqliteJobStore.open(folder()))
        .isInstanceOf(DataFolderInUse.class)
        .hasMessageContaining(folder().toString())
        .hasMessageContaining("manyhands.data");
  }

  @Test
  void refusedStoreDoesNotFreeTheFolder() {
    assertThatThrownBy(() -> SqliteJobStore.open(folder())).isInstanceOf(DataFolderInUse.class);
    assertThatThrownBy(() -> SqliteJobStore.open(folder())).isInstanceOf(DataFolderInUse.class);
  }

  @Test
  void aFolderThatCannotBeUsedStopsTheStartWithAWordAndNoStackTrace() throws IOException {
    Path file = Files.createFile(temporary.resolve("file"));

    assertUnusable(file, file + " is a file and no folder");
    assertUnusable(file.resolve("data"), "Not a directory");
  }

  private static void assertUnusable(Path folder, String why) {
    assertThatThrownBy(() -> SqliteJobStore.open(folder))
        .isInstanceOf(DataFolderUnusable.class)
        .hasMessage("the data folder cannot be used: " + folder + ": " + why)
        .satisfies(SqliteJobStoreTest::assertTold);
  }

  private static void assertTold(Throwable failure) {
    assertThat(told(new IllegalArgumentException(failure))).containsExactly(failure.getMessage());
  }

  /// What the start prints of a failure, by all analyzers of this project.
  private static List<String> told(Throwable failure) {
    return SpringFactoriesLoader.forDefaultResourceLocation()
        .load(FailureAnalyzer.class, FailureHandler.handleMessage((_, _) -> {}))
        .stream()
        .filter(analyzer -> analyzer.getClass().getPackageName().startsWith("dev.manyhands"))
        .map(analyzer -> analyzer.analyze(failure))
        .filter(Objects::nonNull)
        .map(FailureAnalysis::getDescription)
        .toList();
  }

  @Test
  void otherProgramsDatabaseIsRefused() throws SQLException, IOException {
    Path foreign = Files.createDirectory(temporary.resolve("foreign"));
    Path file = foreign.resolve("manyhands.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE recipes (name TEXT)");
    }

    assertThatThrownBy(() -> SqliteJobStore.open(foreign))
        .isInstanceOf(StoreUnusable.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("another program")
        .satisfies(SqliteJobStoreTest::assertTold);
  }

  @Test
  void aFileThatIsNoDatabaseStopsTheStartWithAWordAndNoStackTrace() throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("text"));
    Path file = folder.resolve("manyhands.db");
    Files.writeString(file, "no database, but a text that is long enough for a header ".repeat(9));

    assertThatThrownBy(() -> SqliteJobStore.open(folder))
        .isInstanceOf(StoreUnusable.class)
        .hasMessageContaining(file + " cannot be opened")
        .satisfies(SqliteJobStoreTest::assertTold);
  }

  @Test
  void fullStoreKeepsNothingOfTheCommit() {
    try (JobStore small = openSmall()) {
      Job fits = job(1);
      Job large = job(8);

      assertThatThrownBy(() -> small.commit(List.of(accept(fits), large(large))))
          .isInstanceOf(StoreFull.class);

      assertThat(small.jobs(JobFilter.NONE, null, 10)).isEmpty();
      assertThat(small.commit(List.of(accept(fits)))).containsExactly(true);
    }
  }

  @Test
  void fullStoreTakesJobsAgainWhenThereIsRoom() {
    try (JobStore small = openSmall()) {
      Job first = job(4);
      Job second = job(4);
      small.commit(List.of(large(first)));
      assertThatThrownBy(() -> small.commit(List.of(large(second)))).isInstanceOf(StoreFull.class);
      assertThat(small.inputs(first.id(), 3)).isPresent();

      small.commit(List.of(new Change.Remove(first.id())));

      assertThat(small.commit(List.of(large(second)))).containsExactly(true);
      assertThat(small.inputs(second.id(), 3)).isPresent();
    }
  }

  @Test
  void blocksOfARemovedJobAreDeletedInTheEnd() throws SQLException, InterruptedException {
    try (SqliteJobStore store = SqliteJobStore.open(temporary.resolve("own"))) {
      Job kept = job(1);
      Job removed = job(1000);
      store.commit(
          List.of(
              accept(kept),
              new Change.Accept(
                  removed, IntStream.range(0, 1000).mapToObj(i -> Samples.inputs(i, 1)).toList())));
      for (int i = 0; i < 300; i++) {
        store.commit(List.of(running(removed.id(), 1, ran(i, 1))));
      }
      store.commit(List.of(new Change.Remove(removed.id())));
      store.awaitHousekeeping();

      assertThat(count("own", "SELECT count(*) FROM result_blocks")).isZero();
      assertThat(count("own", "SELECT count(*) FROM input_blocks")).isOne();
      assertThat(count("own", "SELECT count(*) FROM leftovers")).isZero();
      assertThat(count("own", "SELECT count(*) FROM job_specs")).isOne();
    }
  }

  @Test
  void logStartsAnewInsteadOfGrowing() throws IOException, InterruptedException {
    try (SqliteJobStore store = SqliteJobStore.open(temporary.resolve("own"))) {
      for (int megabytes = 0; megabytes < 120; megabytes += 4) {
        store.commit(List.of(large(job(8))));
        store.awaitHousekeeping();
      }

      assertThat(Files.size(temporary.resolve("own/manyhands.db-wal")))
          .isBetween(1L, Checkpoint.LOG_BYTES + 5L * 1024 * 1024);
    }
  }

  @Test
  void theKeysOfAJobAreFoundWithoutThoseOfOthers() throws SQLException {
    try (Connection connection = connect("data");
        Statement statement = connection.createStatement()) {
      for (String sql : List.of(Keys.TAKE_BACK, Keys.FORGET, Claims.FORGET_KEYS)) {
        try (ResultSet plan = statement.executeQuery("EXPLAIN QUERY PLAN " + sql)) {
          List<String> steps = new ArrayList<>();
          while (plan.next()) {
            steps.add(plan.getString("detail"));
          }
          assertThat(steps)
              .contains("SEARCH idempotency_keys USING INDEX idempotency_keys_of_job (job_id=?)");
        }
      }
    }
  }

  private Connection connect(String folder) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:sqlite:" + temporary.resolve(folder).resolve("manyhands.db"));
  }

  private long count(String folder, String sql) throws SQLException {
    try (Connection connection = connect(folder);
        Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery(sql)) {
      return answer.getLong(1);
    }
  }

  /// Half a megabyte a task.
  private static Change.Accept large(Job job) {
    int total = job.counts().total();
    JsonLines line = JsonLines.of("7".repeat(HALF_A_MEGABYTE - 1) + "\n");
    return new Change.Accept(
        job, IntStream.range(0, total).mapToObj(i -> new InputBlock(i, line)).toList());
  }
}
