package dev.manyhands.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.manyhands.history.History;
import dev.manyhands.history.HistoryClient;
import dev.manyhands.history.Told;
import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import dev.manyhands.testkit.SmallDisk;
import dev.manyhands.testkit.Wait;
import dev.manyhands.testkit.Witness;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// What [FullDiskIT] shows on a disk that only seems full, on one that is: the data folder is a
/// file system without a free byte.
class NoRoomIT {
  private static final int MEGABYTES = 12;
  private static final int TASKS = 6_000;
  private static final Map<String, Object> SLOWLY = Map.of("chunkSize", 20, "maxParallel", 1);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @RegisterExtension final Services services = new Services();

  @TempDir Path folder;

  @Test
  @Timeout(1200)
  void resultsWaitAndSubmissionsAreTurnedDownUntilThereIsRoom() throws Exception {
    Path data = Files.createDirectory(folder.resolve("data"));
    try (SmallDisk disk = disk(data)) {
      Witness witness = new Witness(Files.createFile(folder.resolve("witness")));
      HistoryClient client = new HistoryClient(new History(folder.resolve("history")), witness);
      RunningService service =
          services.start(
              data,
              "--manyhands.sandbox.write=" + witness.file(),
              "--manyhands.pools.processes.kind=processes",
              "--manyhands.pools.processes.workers=2");
      client.use(service);
      assertThat(client.submit("runs", TASKS, client.python(), SLOWLY)).isEqualTo(Told.OK);
      client.awaitDone("runs", 1, PATIENCE);

      disk.fill();
      int turnedDown = 0;
      for (int job = 0; job < 40 && turnedDown < 5; job++) {
        // There may be room within the database's own files for a while.
        Told told = client.submit("job-" + job, 300, client.python(), Map.of());
        assertThat(told).as("a full disk is no doubt").isNotEqualTo(Told.INDETERMINATE);
        turnedDown += told == Told.FAIL ? 1 : 0;
      }
      assertThat(turnedDown).isEqualTo(5);
      HttpResponse<String> answer = service.post("/v1/jobs", large());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(507);
      assertThat(answer.headers().firstValue("Retry-After")).hasValue("30");
      Wait.untilSeen("results wait", () -> service.log().contains("are not stored yet"));
      assertThat(service.get("/v1/jobs/" + client.id("runs")).body()).contains("\"running\"");

      disk.makeRoom();
      client.awaitEnd(PATIENCE);
      client.submitAgain();
      assertThat(client.hasUnaccepted()).isFalse();
      client.awaitEnd(PATIENCE);
      client.judge();
    }
  }

  private static SmallDisk disk(Path place) throws IOException, InterruptedException {
    try {
      return SmallDisk.mount(place, MEGABYTES);
    } catch (IOException refused) {
      boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
      if (root && Boolean.parseBoolean(System.getenv("CI"))) {
        throw refused;
      }
      String why = "LEFT OUT: no file system can be made to be filled: " + refused.getMessage();
      System.err.println("NoRoomIT: " + why);
      assumeTrue(false, why);
      throw refused;
    }
  }

  /// A job that fits nowhere by chance.
  private static String large() {
    return "{\"function\":{\"type\":\"java\",\"name\":\"identity\"},\"inputs\":[\"%s\"]}"
        .formatted("x".repeat(900 << 10));
  }
}
