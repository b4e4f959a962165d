package dev.manyhands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.history.History;
import dev.manyhands.history.HistoryClient;
import dev.manyhands.history.StoredResults;
import dev.manyhands.history.Told;
import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import dev.manyhands.testkit.Wait;
import dev.manyhands.testkit.Witness;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `kill -9` while inputs stream in: an open job has all that a 2xx was sent for and goes on, one
/// that was not open is gone, and a key still names its job.
class StreamKillIT {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @RegisterExtension final Services services = new Services();

  @TempDir Path folder;

  @Test
  @Timeout(600)
  void whatWasTakenIsThereAndWhatWasHalfSentIsNot() throws Exception {
    Witness witness = new Witness(Files.createFile(folder.resolve("witness")));
    HistoryClient client = new HistoryClient(new History(folder.resolve("history")), witness);
    RunningService service =
        services.start(folder.resolve("data"), "--manyhands.sandbox.write=" + witness.file());
    client.use(service);
    assertThat(client.submit("open", 0, client.python(), Map.of("open", true))).isEqualTo(Told.OK);
    assertThat(client.submit("keyed", 1, client.python(), Map.of())).isEqualTo(Told.OK);
    String keyed = client.id("keyed");
    assertThat(client.add("open", 3)).isEqualTo(Told.OK);
    String half;
    try (Socket sender = beginStream(service, half(client))) {
      half = awaitHalf(service);
      service.kill();
      assertThat(sender.isConnected()).isTrue();
    }
    client.cutOff("half", 2);
    Path copy = Files.createDirectory(folder.resolve("killed"));
    client.struck("kill -9", StoredResults.count(service.data(), copy));

    service = services.restart(service);
    client.use(service);

    assertThat(service.get("/v1/jobs/" + half).statusCode()).isEqualTo(404);
    assertThat(client.submit("keyed", 1, client.python(), Map.of())).isEqualTo(Told.OK);
    assertThat(client.id("keyed")).isEqualTo(keyed);
    assertThat(job(service, client.id("open")).path("state").stringValue()).isEqualTo("receiving");
    assertThat(client.add("open", 1)).isEqualTo(Told.OK);
    assertThat(client.seal("open")).isTrue();
    client.awaitEnd(PATIENCE);
    assertThat(client.see("open")).containsOnlyKeys(0, 1, 2, 3);
    client.judge();
  }

  /// A job of lines and its first two inputs.
  private static String half(HistoryClient client) {
    Map<String, Object> head = Map.of("function", client.python(), "labels", Map.of("key", "half"));
    List<String> inputs = HistoryClient.inputs("half", 0, 2);
    return JSON.writeValueAsString(head)
        + "\n"
        + inputs.stream().map(input -> "\"" + input + "\"\n").collect(Collectors.joining());
  }

  /// A chunked body that does not end.
  private static Socket beginStream(RunningService service, String lines)
      throws IOException, InterruptedException {
    URI url = URI.create(service.url());
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), url.getPort());
    OutputStream out = socket.getOutputStream();
    String head =
        "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
            + "Content-Type: application/jsonl\r\nAuthorization: Bearer "
            + Files.readString(service.keyFile()).strip()
            + "\r\n\r\n"
            + Integer.toHexString(lines.length())
            + "\r\n"
            + lines
            + "\r\n";
    out.write(head.getBytes(UTF_8));
    out.flush();
    return socket;
  }

  private static String awaitHalf(RunningService service) {
    String[] found = new String[1];
    Wait.untilSeen(
        "the job that is half sent",
        () -> {
          try {
            for (JsonNode job : JSON.readTree(service.get("/v1/jobs").body()).path("jobs")) {
              if (job.path("labels").path("key").asString("").equals("half")) {
                found[0] = job.path("id").stringValue();
              }
            }
            return found[0] != null;
          } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    return found[0];
  }

  private static JsonNode job(RunningService service, String id)
      throws IOException, InterruptedException {
    return JSON.readTree(service.get("/v1/jobs/" + id).body());
  }
}
