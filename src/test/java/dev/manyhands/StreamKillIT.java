package dev.manyhands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private static final String SQUARE = "{\"function\":{\"type\":\"java\",\"name\":\"square\"}";

  @RegisterExtension final Services services = new Services();

  @TempDir Path folder;

  @Test
  @Timeout(300)
  void whatWasTakenIsThereAndWhatWasHalfSentIsNot() throws Exception {
    RunningService service = services.start(folder.resolve("data"));
    String open = id(service.post("/v1/jobs", SQUARE + ",\"open\":true}"));
    String keyed =
        id(service.post("/v1/jobs", SQUARE + ",\"inputs\":[7]}", "Idempotency-Key", "k"));
    add(service, open, "1\n2\n3\n");
    String half;
    try (Socket sender =
        beginStream(service, SQUARE + ",\"labels\":{\"half\":\"sent\"}}\n5\n6\n")) {
      half = awaitHalf(service);
      service.kill();
      assertThat(sender.isConnected()).isTrue();
    }

    service = services.restart(service);

    assertThat(service.get("/v1/jobs/" + half).statusCode()).isEqualTo(404);
    assertThat(id(service.post("/v1/jobs", SQUARE + ",\"inputs\":[7]}", "Idempotency-Key", "k")))
        .isEqualTo(keyed);
    assertThat(job(service, open).path("state").stringValue()).isEqualTo("receiving");
    JsonNode more = add(service, open, "4\n");
    assertThat(more.path("first").intValue()).isEqualTo(3);
    HttpResponse<String> sealed = service.post("/v1/jobs/" + open + "/seal", "");
    assertThat(sealed.statusCode()).as(sealed.body()).isEqualTo(200);
    service.get("/v1/jobs/" + open, "Prefer", "wait=30");
    assertThat(service.get("/v1/jobs/" + open + "/results?view=values").body())
        .isEqualTo("[1,4,9,16]");
  }

  private static JsonNode add(RunningService service, String job, String lines)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        service.send(
            service
                .to("/v1/jobs/" + job + "/inputs")
                .header("Content-Type", "application/jsonl")
                .POST(BodyPublishers.ofString(lines)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return JSON.readTree(answer.body());
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
              if (job.path("labels").has("half")) {
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

  private static String id(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return JSON.readTree(answer.body()).path("id").stringValue();
  }
}
