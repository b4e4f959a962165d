package dev.manyhands.store;

import static dev.manyhands.store.Samples.accept;
import static dev.manyhands.store.Samples.job;
import static dev.manyhands.store.Samples.ran;
import static dev.manyhands.store.Samples.running;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Job;
import dev.manyhands.testkit.Containers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Containers.class)
class PostgresJobStoreTest extends JobStoreContract {
  private final TestSchema schema = TestSchema.fresh();

  @Override
  JobStore open() {
    return schema.open();
  }

  @Test
  void blocksOfARemovedJobAreDeletedInTheEnd() throws InterruptedException {
    try (PostgresJobStore store = schema.open()) {
      Job removed = job(1000);
      store.commit(
          List.of(
              new Change.Accept(
                  removed, IntStream.range(0, 1000).mapToObj(i -> Samples.inputs(i, 1)).toList())));
      store.commit(List.of(running(removed.id(), 1, ran(0, 1), ran(1, 1))));
      store.commit(List.of(new Change.Remove(removed.id())));
      store.awaitHousekeeping();

      assertThat(schema.ask("SELECT count(*) FROM result_blocks")).isZero();
      assertThat(schema.ask("SELECT count(*) FROM input_blocks")).isZero();
      assertThat(schema.ask("SELECT count(*) FROM leftovers")).isZero();
    }
  }

  @Test
  void theKeysOfAJobAreFoundWithoutThoseOfOthers() throws SQLException {
    try (Connection connection = schema.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET enable_seqscan = off"); // there are few rows yet
      for (String sql : List.of(Keys.TAKE_BACK, Keys.FORGET)) {
        try (ResultSet plan = statement.executeQuery("EXPLAIN " + sql.replace("?", "'job'"))) {
          List<String> lines = new ArrayList<>();
          while (plan.next()) {
            lines.add(plan.getString(1));
          }
          assertThat(String.join("\n", lines)).contains("idempotency_keys_of_job");
        }
      }
    }
  }

  @Test
  void weakSettingsOfTheServerAreSeen() {
    assertThat(open(schema).durability()).isEqualTo(Durability.SYNCED);

    schema.run("ALTER ROLE CURRENT_USER SET synchronous_commit = off");
    try {
      assertThat(open(schema).durability().weakness())
          .contains("synchronous_commit=off")
          .contains("may lose");
    } finally {
      schema.run("ALTER ROLE CURRENT_USER RESET synchronous_commit");
    }
  }

  private static PostgresJobStore open(TestSchema schema) {
    PostgresJobStore store = schema.open();
    store.close();
    return store;
  }

  @Test
  void jobsOfARunningNodeStayItsOwn() {
    try (PostgresJobStore one = schema.open();
        PostgresJobStore other = schema.open()) {
      Job job = job(2);
      one.commit(List.of(accept(job)));

      assertThat(other.claimUnfinished()).isEmpty();
      assertThat(one.nodes().all())
          .extracting(Node::id)
          .contains(one.nodes().self(), other.nodes().self());
      assertThat(one.commit(List.of(running(job.id(), 1, ran(0, 1))))).containsExactly(true);
    }
  }
}
