package dev.manyhands.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.history.History;
import dev.manyhands.history.HistoryClient;
import dev.manyhands.history.TestedStore;
import dev.manyhands.testkit.Program;
import dev.manyhands.testkit.Receiver;
import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import dev.manyhands.testkit.Witness;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// The service dies on both sides of the commit of everything that it ever writes, and no promise
/// of the history breaks.
///
/// One data folder goes through all of it: each life of the service ends at its point, and the next
/// one goes on with what that left. In the build each point is met once, before the commit at its
/// first hit and after it at its second; both hits on both sides: `./mvnw verify
/// -Dit.test=FailpointIT -Dfailpoints=all`.
abstract class FailpointContract {
  /// `all`, or the writes whose points are to be met: then each of them.
  private static final Set<String> FAILPOINTS =
      Set.of(System.getProperty("failpoints", "").split(","));

  static final boolean ALL = !FAILPOINTS.contains("");

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /// What a life of the service writes once.
  private static final Set<String> ONCE =
      Set.of(Writes.CLAIM, Writes.MIGRATION, Writes.ENTER, Writes.DUTY, Writes.LEAVE);

  @RegisterExtension final Services services = new Services();

  @TempDir Path folder;

  private final TestedStore store;

  FailpointContract(TestedStore store) {
    this.store = store;
  }

  /// All that is ever written to this store.
  Set<String> writes() {
    return Writes.all();
  }

  /// Those that are met, in this order.
  List<String> chosen(List<String> points) {
    return points;
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.HOURS)
  void deathOnEitherSideOfAnyWriteBreaksNoPromise() throws Exception {
    Witness witness = new Witness(Files.createFile(folder.resolve("witness")));
    HistoryClient client = new HistoryClient(new History(folder.resolve("history")), witness);
    try (Receiver receiver = new Receiver(InetAddress.getLoopbackAddress(), 204)) {
      Deeds deeds = new Deeds(client, receiver.url());
      for (String point : chosen(points())) {
        RunningService service = begin(witness, "fault.halt=" + point);
        client.use(service);
        deeds.doUntilDead(service, Halt.parse(point).write());
        assertThat(service.isGoneWithin(Duration.ofSeconds(60))).as("reaches %s", point).isTrue();
        assertThat(service.exitCode()).as("dies at %s", point).isEqualTo(Halt.EXIT_CODE);
        Path copy = Files.createDirectory(folder.resolve("halted-" + point));
        client.struck(point, store.results(service, copy));
        store.endLeases();
        service.close();
      }
      RunningService service = begin(witness, "fault.none=");
      client.use(service);
      service.awaitReady();
      deeds.finish(service);
      client.awaitEnd(PATIENCE);
      receiver.await(deeds.announced());
    }
    client.judge();
  }

  private RunningService begin(Witness witness, String fault) throws IOException {
    Program program = Program.main(FaultyService.class, "witness=" + witness.file(), fault);
    List<String> settings = new ArrayList<>(store.settings());
    settings.addAll(List.of("--manyhands.http.allow=127.0.0.1", "--logging.level.root=INFO"));
    return services.begin(program, folder.resolve("data"), settings.toArray(String[]::new));
  }

  private List<String> points() {
    List<String> points = new ArrayList<>();
    for (String write : writes()) {
      if (ALL && !FAILPOINTS.contains("all") && !FAILPOINTS.contains(write)) {
        continue;
      }
      points.add(Halt.text(write, "before", 1));
      points.add(Halt.text(write, "after", ONCE.contains(write) ? 1 : 2));
      if (ALL && !ONCE.contains(write)) {
        points.add(Halt.text(write, "before", 2));
        points.add(Halt.text(write, "after", 1));
      }
    }
    return points;
  }
}
