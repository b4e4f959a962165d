package dev.manyhands;

import dev.manyhands.history.StoredResults;
import dev.manyhands.testkit.Containers;
import dev.manyhands.testkit.RunningService;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testcontainers.postgresql.PostgreSQLContainer;

/// The same on PostgreSQL: the killed node's lease has to run out before its next start, which is
/// another node, goes on with its jobs.
@ExtendWith(Containers.class)
class KillNinePostgresIT extends KillNineContract {
  private final PostgreSQLContainer server = Containers.newPostgres();

  @AfterEach
  void stop() {
    server.stop();
  }

  @Override
  List<String> store() {
    server.start();
    return List.of(
        "--spring.datasource.url=" + server.getJdbcUrl(),
        "--spring.datasource.username=" + server.getUsername(),
        "--spring.datasource.password=" + server.getPassword(),
        "--manyhands.cluster.lease=2s");
  }

  @Override
  Map<String, Integer> stored(RunningService killed, Path copy) throws Exception {
    return StoredResults.count(server.getJdbcUrl(), server.getUsername(), server.getPassword());
  }
}
