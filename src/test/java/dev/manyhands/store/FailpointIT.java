package dev.manyhands.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.manyhands.history.History;
import dev.manyhands.history.HistoryClient;
import dev.manyhands.history.StoredResults;
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
import java.util.stream.Collectors;
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
class FailpointIT {
  private static final boolean ALL = "all".equals(System.getProperty("failpoints"));
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /// What a start writes once.
  private static final Set<String> ONCE = Set.of(Writes.CLAIM, Writes.MIGRATION);

  @RegisterExtension final Services services = new Services();

  @TempDir Path folder;

  @Test
  @Timeout(value = 1, unit = TimeUnit.HOURS)
  void deathOnEitherSideOfAnyWriteBreaksNoPromise() throws Exception {
    Witness witness = new Witness(Files.createFile(folder.resolve("witness")));
    HistoryClient client = new HistoryClient(new History(folder.resolve("history")), witness);
    try (Receiver receiver = new Receiver(InetAddress.getLoopbackAddress(), 204)) {
      Deeds deeds = new Deeds(client, receiver.url());
      for (String point : points()) {
        RunningService service = begin(witness, "fault.halt=" + point);
        client.use(service);
        deeds.doUntilDead(service, Halt.parse(point).write());
        assertThat(service.isGoneWithin(Duration.ofSeconds(20))).as("reaches %s", point).isTrue();
        assertThat(service.exitCode()).as("dies at %s", point).isEqualTo(Halt.EXIT_CODE);
        Path copy = Files.createDirectory(folder.resolve("halted-" + point));
        client.struck(point, StoredResults.count(service.data(), copy));
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
    return services.begin(
        program,
        folder.resolve("data"),
        "--manyhands.http.allow=127.0.0.1",
        "--logging.level.root=INFO");
  }

  private static List<String> points() {
    List<String> points = new ArrayList<>();
    for (String write : Writes.all()) {
      points.add(Halt.text(write, "before", 1));
      points.add(Halt.text(write, "after", ONCE.contains(write) ? 1 : 2));
      if (ALL && !ONCE.contains(write)) {
        points.add(Halt.text(write, "before", 2));
        points.add(Halt.text(write, "after", 1));
      }
    }
    return points;
  }

  /// A transaction that another method runs would have no name, and so no points.
  @Test
  void nothingIsWrittenThatHasNoPoints() {
    JavaClasses service =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.manyhands");
    assertThat(callers(service.get(StoreWriter.class), "inTransaction")).isEqualTo(Writes.CALLERS);
    // The second one only carries over what is committed.
    assertThat(callers(service.get(SqliteDatabase.class), "openWriter"))
        .isSubsetOf("StoreWriter.session", "Checkpoint.run", "FaultyDatabase.openWriter");
  }

  private static Set<String> callers(JavaClass of, String name) {
    return of.getMethods().stream()
        .filter(method -> method.getName().equals(name))
        .map(JavaMethod::getAccessesToSelf)
        .flatMap(Set::stream)
        .filter(call -> !call.getOriginOwner().equals(of)) // one form of it calls the other
        .map(call -> call.getOriginOwner().getSimpleName() + "." + call.getOrigin().getName())
        .collect(Collectors.toSet());
  }
}
