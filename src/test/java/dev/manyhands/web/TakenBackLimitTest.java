package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Named limits that a job brought along which was not to be after all.
@ExtendWith(ApiExtension.class)
class TakenBackLimitTest {
  private final Api api;

  TakenBackLimitTest(Api api) {
    this.api = api;
  }

  @Test
  void aBadLineTakesBackTheLimitToo() throws Exception {
    try (StreamedBody body = new StreamedBody(api, "/v1/jobs")) {
      body.write(head("bad-line", "{\"name\":\"bad-line\",\"permits\":2}")).write("1\n");
      api.awaitJob("bad-line");
      assertThat(limit(api, "bad-line")).isEqualTo(200);

      assertThat(body.write("{]\n").end()).startsWith("HTTP/1.1 400");
    }
    Wait.untilSeen("the limit is gone", () -> limit(api, "bad-line") == 404);
  }

  @Test
  void whatAnotherJobNamesOrSomebodyHasPutStays() throws Exception {
    try (StreamedBody body = new StreamedBody(api, "/v1/jobs")) {
      body.write(
              head(
                  "shared",
                  "{\"name\":\"shared\",\"permits\":1},{\"name\":\"put\",\"permits\":3},"
                      + "{\"name\":\"alone\",\"permits\":2}"))
          .write("1\n");
      api.awaitJob("shared");
      // It has ended when the other one breaks off: it relied on the limit all the same.
      String other = api.submit(named("shared"));
      api.ended(other);
      api.send(
          api.to("/v1/limits/put")
              .header("Content-Type", "application/json")
              .PUT(BodyPublishers.ofString("{\"permits\":3}")));
    }
    Wait.untilSeen("the limit of nobody else is gone", () -> limit(api, "alone") == 404);

    assertThat(limit(api, "shared")).isEqualTo(200);
    assertThat(limit(api, "put")).isEqualTo(200);
  }

  @Test
  void aLimitThatWentCanBeMadeOtherwise() throws Exception {
    try (StreamedBody body = new StreamedBody(api, "/v1/jobs")) {
      body.write(head("anew", "{\"name\":\"anew\",\"permits\":2}")).write("1\n");
      api.awaitJob("anew");
    }
    Wait.untilSeen("the limit is gone", () -> limit(api, "anew") == 404);

    String job = api.submit(named("anew").replace("\"anew\"}", "\"anew\",\"permits\":5}"));

    assertThat(api.ended(job).get("state").stringValue()).isEqualTo("succeeded");
    assertThat(Api.json(api.get("/v1/limits/anew")).get("permits").intValue()).isEqualTo(5);
  }

  @Test
  void whatEndsWithTheServiceIsGoneAfterItsStart(@TempDir Path data) throws Exception {
    StreamedBody own;
    StreamedBody open;
    try (Api first = Api.on(data)) {
      own = new StreamedBody(first, "/v1/jobs");
      own.write(head("own", "{\"name\":\"own\",\"permits\":2}")).write("1\n");
      open = new StreamedBody(first, "/v1/jobs");
      open.write(
              head("open", "{\"name\":\"open\",\"permits\":2}")
                  .replace("\"labels\"", "\"open\":true,\"labels\""))
          .write("1\n");
      first.awaitJob("own");
      first.awaitJob("open");
    }
    try (own;
        open;
        Api second = Api.on(data)) {
      assertThat(limit(second, "own")).isEqualTo(404);
      assertThat(limit(second, "open")).isEqualTo(200);
    }
  }

  private static String head(String label, String limits) {
    return "{\"function\":{\"type\":\"java\",\"name\":\"square\"},\"limits\":["
        + limits
        + "],\"labels\":{\"test\":\""
        + label
        + "\"}}\n";
  }

  private static String named(String limit) {
    return Api.job("square", "[1]").replace("]}", "],\"limits\":[{\"name\":\"" + limit + "\"}]}");
  }

  private static int limit(Api api, String name) {
    try {
      return api.get("/v1/limits/" + name).statusCode();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
