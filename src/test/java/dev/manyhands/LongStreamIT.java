package dev.manyhands;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Program;
import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A stream of inputs that is longer than the heap of the service, and so are its results: a
/// service that kept either would end, as its flags say.
class LongStreamIT {
  private static final int INPUTS = 2_000_000;
  private static final int INPUTS_A_PIECE = 1000;
  private static final String PADDING = "x".repeat(60);
  private static final String JOB = "{\"function\":{\"type\":\"java\",\"name\":\"identity\"}}\n";

  @RegisterExtension final Services services = new Services();

  @TempDir Path folder;

  @Test
  @Timeout(300)
  void moreInputsAndResultsThanTheHeapHoldsComeOutRight() throws Exception {
    RunningService service =
        services.begin(
            Program.packaged().withHeap("128m"),
            folder.resolve("data"),
            "--manyhands.dispatch.input-cache=8MB",
            "--manyhands.dispatch.backlog=8MB");
    service.awaitReady();

    HttpResponse<String> accepted =
        service.send(
            service
                .to("/v1/jobs", "Content-Type", "application/jsonl")
                .POST(BodyPublishers.ofInputStream(Lines::new)));
    assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
    String job = "/v1/jobs/" + json(accepted).get("id").stringValue();
    JsonNode ended = json(service.get(job, "Prefer", "wait=60"));
    while (!ended.has("endedAt")) {
      ended = json(service.get(job, "Prefer", "wait=60"));
    }

    assertThat(ended.at("/counts/succeeded").intValue()).isEqualTo(INPUTS);
    try (HttpClient client = HttpClient.newHttpClient();
        Stream<String> results =
            client
                .send(
                    service.to(job + "/results", "Accept", "application/jsonl").build(),
                    BodyHandlers.ofLines())
                .body()) {
      Iterator<String> result = results.iterator();
      for (int i = 0; i < INPUTS; i++) {
        String right = "{\"index\":" + i + ",\"status\":\"succeeded\",\"value\":" + input(i) + ",";
        if (!result.hasNext() || !result.next().startsWith(right)) {
          throw new AssertionError("expected a result that starts with " + right);
        }
      }
      assertThat(result.hasNext()).isFalse();
    }
    assertThat(service.isAlive()).isTrue();
  }

  private static String input(int i) {
    return "\"" + i + PADDING + "\"";
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return JsonMapper.shared().readTree(answer.body());
  }

  /// The job and then its inputs, made while they are read.
  private static final class Lines extends InputStream {
    private byte[] piece = JOB.getBytes(US_ASCII);
    private int at;
    private int next;

    @Override
    public int read() {
      return has() ? piece[at++] : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      if (!has()) {
        return -1;
      }
      int count = Math.min(length, piece.length - at);
      System.arraycopy(piece, at, bytes, offset, count);
      at += count;
      return count;
    }

    private boolean has() {
      if (at == piece.length && next < INPUTS) {
        StringBuilder lines = new StringBuilder();
        for (int end = next + INPUTS_A_PIECE; next < end; next++) {
          lines.append(input(next)).append('\n');
        }
        piece = lines.toString().getBytes(US_ASCII);
        at = 0;
      }
      return at < piece.length;
    }
  }
}
