package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A pool that cannot work says why, to whoever may know, and works again by itself.
class DegradedPoolApiTest {
  @TempDir Path folder;

  @Test
  void aPoolWithoutItsPythonIsDegradedWhichItsJobsSayAndThenTheyRun() throws Exception {
    Path real = Path.of("/usr/bin/python3");
    Path python = Files.createSymbolicLink(folder.resolve("python"), real);
    try (Api api =
        new Api(
            "--manyhands.python.executable=" + python,
            "--manyhands.processes.recycle-after-tasks=1",
            "--manyhands.pools.processes.kind=processes",
            "--manyhands.pools.processes.workers=1")) {
      assertThat(health(api)).contains("\"UP\"");
      Files.delete(python);
      killAll(python);
      api.submit(job(0));
      Wait.untilSeen("health says so", () -> health(api).contains("\"DEGRADED\""));

      assertThat(health(api)).doesNotContain("cannot be started").doesNotContain("processes");
      assertThat(api.get("/actuator/health").body()).contains("cannot be started");
      JsonNode pool = Api.json(api.get("/v1/pools/processes"));
      assertThat(pool.get("status").stringValue()).isEqualTo("degraded");
      assertThat(pool.get("problem").stringValue()).contains("cannot be started");
      String waiting = api.submit(job(3));
      JsonNode job = Api.json(api.get(waiting));
      assertThat(job.get("state").stringValue()).isEqualTo("queued");
      assertThat(job.at("/reason/kind").stringValue()).isEqualTo("pool");
      assertThat(job.at("/reason/message").stringValue())
          .startsWith("pool processes is degraded: ")
          .contains("cannot be started");

      Files.createSymbolicLink(python, real);
      JsonNode ended = api.ended(waiting);
      assertThat(ended.get("state").stringValue()).isEqualTo("succeeded");
      assertThat(ended.has("reason")).isFalse();
      assertThat(health(api)).contains("\"UP\"");
      assertThat(Api.json(api.get("/v1/pools/processes")).get("status").stringValue())
          .isEqualTo("ready");
    }
  }

  private static String job(int n) {
    return "{\"function\":{\"type\":\"python\",\"name\":\"f\",\"source\":\"def f(n): return n + "
        + n
        + "\"},\"inputs\":[1]}";
  }

  /// As whoever has no key sees it.
  private static String health(Api api) {
    try {
      HttpResponse<String> answer =
          api.send(
              HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:" + api.port() + "/actuator/health")));
      assertThat(answer.statusCode()).isEqualTo(200);
      return answer.body();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /// What was started with it: its keepers need no program to fork workers.
  static void killAll(Path program) {
    for (ProcessHandle process : ProcessHandle.current().descendants().toList()) {
      Path line = Path.of("/proc", Long.toString(process.pid()), "cmdline");
      try {
        if (Files.readString(line).startsWith(program + "\0")) {
          process.destroyForcibly();
        }
      } catch (IOException gone) {
        // It has ended by itself.
      }
    }
  }
}
