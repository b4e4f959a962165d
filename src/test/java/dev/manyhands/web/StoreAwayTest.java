package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Containers;
import dev.manyhands.testkit.PostgresPlace;
import dev.manyhands.testkit.Wait;
import dev.manyhands.testkit.Wire;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/// A node that has not reached its database for a lease.
@ExtendWith({Containers.class, OutputCaptureExtension.class})
@Timeout(180)
class StoreAwayTest {
  private static final String NOT_HEARD = "Nothing is heard of other nodes now";
  private static final String NOT_RENEWED = "was not renewed; tried again";

  private final PostgresPlace place = PostgresPlace.fresh();

  @Test
  void healthIsDownAndSaysWhyUntilTheDatabaseIsThereAgain(@TempDir Path folder) throws Exception {
    try (Wire wire = place.wire();
        Api api = on(folder, wire)) {
      Wait.untilSeen("it is up at first", () -> health(api).statusCode() == 200);

      wire.holdAnswers();
      Wait.untilSeen("it is down", () -> health(api).statusCode() == 503);
      assertThat(Api.json(health(api)).at("/components/store").toString())
          .contains("\"DOWN\"", "the database was not reached in time");

      wire.heal();
      Wait.untilSeen("it is up", () -> health(api).statusCode() == 200);
    }
  }

  /// For long enough that all of it is tried several times.
  @Test
  void theLogSaysEachPartOfItOnce(@TempDir Path folder, CapturedOutput output) throws Exception {
    try (Wire wire = place.wire();
        Api api = on(folder, wire)) {
      // What was slow before says nothing of it.
      int before = output.getAll().length();
      wire.refuse();
      Wait.untilSeen(
          "both parts are said",
          () -> {
            String said = output.getAll().substring(before);
            return said.contains(NOT_HEARD) && said.contains(NOT_RENEWED);
          });
      Wait.untilSeen("it is down", () -> health(api).statusCode() == 503);
      assertThat(output.getAll().substring(before))
          .containsOnlyOnce(NOT_HEARD)
          .containsOnlyOnce(NOT_RENEWED);
    }
  }

  private Api on(Path folder, Wire wire) {
    List<String> settings =
        new ArrayList<>(place.settings(place.through("127.0.0.1", wire.port())));
    settings.add("--manyhands.cluster.lease=3s");
    settings.add("--manyhands.postgres.statement-timeout=1s");
    settings.add("--manyhands.postgres.socket-timeout=2s");
    return Api.on(folder, settings.toArray(String[]::new));
  }

  private static HttpResponse<String> health(Api api) {
    try {
      return api.get("/actuator/health");
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
