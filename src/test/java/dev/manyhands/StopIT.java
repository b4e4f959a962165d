package dev.manyhands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.history.History;
import dev.manyhands.history.HistoryClient;
import dev.manyhands.history.StoredResults;
import dev.manyhands.history.Told;
import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import dev.manyhands.testkit.Witness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// SIGTERM in the middle of a job: the service ends soon and leaves nothing, and its next start
/// finishes the job.
class StopIT {
  private static final int TASKS = 8_000;

  /// Between SIGTERM and its end.
  private static final Duration GRACE = Duration.ofSeconds(35);

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @RegisterExtension final Services services = new Services();

  @TempDir Path folder;

  @Test
  @Timeout(300)
  void aStopInTheMiddleOfAJobBreaksNoPromise() throws Exception {
    Witness witness = new Witness(Files.createFile(folder.resolve("witness")));
    HistoryClient client = new HistoryClient(new History(folder.resolve("history")), witness);
    RunningService service =
        services.start(folder.resolve("data"), "--manyhands.sandbox.write=" + witness.file());
    client.use(service);
    assertThat(client.submit("job", TASKS, client.python(), Map.of())).isEqualTo(Told.OK);
    client.awaitDone("job", TASKS / 8, PATIENCE);
    assertThat(client.see("job")).hasSizeBetween(1, TASKS - 1);

    long start = System.nanoTime();
    service.stop();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(GRACE);
    assertThat(service.exitCode()).isEqualTo(143); // as SIGTERM has it
    try (Stream<Path> left = Files.list(service.temporary())) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.startsWith("mh-"));
    }
    client.struck(
        "SIGTERM",
        StoredResults.count(service.data(), Files.createDirectory(folder.resolve("stopped"))));
    client.submit("late", 1, client.python(), Map.of());

    service = services.restart(service);
    client.use(service);
    client.submitAgain();
    client.awaitEnd(PATIENCE);
    client.judge();
  }
}
