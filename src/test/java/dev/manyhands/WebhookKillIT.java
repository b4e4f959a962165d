package dev.manyhands;

import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import dev.manyhands.testkit.Receiver;
import dev.manyhands.testkit.Receiver.Heard;
import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// `kill -9` between an event and its delivery: the next start delivers it.
class WebhookKillIT {
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  @RegisterExtension final Services services = new Services();

  @TempDir Path folder;

  @Test
  @Timeout(300)
  void anEventThatWasOnItsWayIsDeliveredAfterTheNextStart() throws Exception {
    try (Receiver receiver =
        new Receiver(InetAddress.getLoopbackAddress(), Receiver.SILENCE, 204)) {
      RunningService service =
          services.start(folder.resolve("data"), "--manyhands.http.allow=127.0.0.1");
      HttpResponse<String> answer =
          service.post(
              "/v1/jobs",
              """
              {"function": {"type": "java", "name": "square"}, "inputs": [1, 2, 3],
               "webhooks": [{"url": "URL", "secret": "SECRET", "events": ["job.ended"]}]}
              """
                  .replace("URL", receiver.url())
                  .replace("SECRET", SECRET));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
      receiver.await(1);

      service.kill();
      service = services.restart(service);

      List<Heard> heard = receiver.await(2);
      assertThat(heard.get(1).id()).isEqualTo(heard.get(0).id());
      assertThat(heard.get(1).body()).isEqualTo(heard.get(0).body());
      new Webhook(SECRET).verify(heard.get(1).body(), heard.get(1).headers());
      assertThat(service.log()).doesNotContain("whsec_", SECRET);
      String job = JsonMapper.shared().readTree(answer.body()).get("id").stringValue();
      assertThat(service.get("/v1/jobs/" + job + "/deliveries").body()).contains("\"attempt\":1");
    }
  }
}
