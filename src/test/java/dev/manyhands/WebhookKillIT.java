package dev.manyhands;

import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import dev.manyhands.history.History;
import dev.manyhands.history.HistoryClient;
import dev.manyhands.history.StoredResults;
import dev.manyhands.history.Told;
import dev.manyhands.testkit.Receiver;
import dev.manyhands.testkit.Receiver.Heard;
import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import dev.manyhands.testkit.Wait;
import dev.manyhands.testkit.Witness;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` between an event and its delivery: the next start delivers it.
class WebhookKillIT {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  @RegisterExtension final Services services = new Services();

  @TempDir Path folder;

  @Test
  @Timeout(600)
  void anEventThatWasOnItsWayIsDeliveredAfterTheNextStart() throws Exception {
    try (Receiver receiver =
        new Receiver(InetAddress.getLoopbackAddress(), Receiver.SILENCE, 204)) {
      Witness witness = new Witness(Files.createFile(folder.resolve("witness")));
      HistoryClient client = new HistoryClient(new History(folder.resolve("history")), witness);
      RunningService service =
          services.start(
              folder.resolve("data"),
              "--manyhands.http.allow=127.0.0.1",
              "--manyhands.sandbox.write=" + witness.file());
      client.use(service);
      Map<String, Object> webhook =
          Map.of("url", receiver.url(), "secret", SECRET, "events", List.of("job.ended"));
      assertThat(client.submit("told", 3, client.python(), Map.of("webhooks", List.of(webhook))))
          .isEqualTo(Told.OK);
      receiver.await(1);
      client.seeAll();

      service.kill();
      Path copy = Files.createDirectory(folder.resolve("killed"));
      client.struck("kill -9", StoredResults.count(service.data(), copy));
      service = services.restart(service);
      client.use(service);

      List<Heard> heard = receiver.await(2);
      assertThat(heard.get(1).id()).isEqualTo(heard.get(0).id());
      assertThat(heard.get(1).body()).isEqualTo(heard.get(0).body());
      new Webhook(SECRET).verify(heard.get(1).body(), heard.get(1).headers());
      assertThat(service.log()).doesNotContain("whsec_", SECRET);
      String deliveries = "/v1/jobs/" + client.id("told") + "/deliveries";
      // It is written down when it has been answered.
      RunningService again = service;
      Wait.untilAnswered(
          Wait.LIMIT,
          "the attempt is written down",
          () -> again.get(deliveries).body(),
          body -> body.contains("\"attempt\":1"));
      client.awaitEnd(PATIENCE);
      client.judge();
    }
  }
}
