package dev.manyhands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// Beyond the jobs that it may have, the service turns down at once what comes, while what it has
/// accepted goes on.
class OverloadIT {
  private static final int MOST = 20;
  private static final int REFUSED = 400;
  private static final String JOB =
      "{\"function\":{\"type\":\"java\",\"name\":\"sleep\"},\"inputs\":[%s]}";

  @RegisterExtension final Services services = new Services();

  @TempDir Path folder;

  @Test
  @Timeout(180)
  void whatIsTooMuchIsTurnedDownAtOnceAndTheRestGoesOn() throws Exception {
    RunningService service =
        services.start(folder.resolve("data"), "--manyhands.dispatch.max-unfinished-jobs=" + MOST);
    List<String> accepted = new ArrayList<>();
    for (int job = 0; job < MOST; job++) {
      HttpResponse<String> answer = service.post("/v1/jobs", JOB.formatted("5000"));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
      accepted.add(JsonMapper.shared().readTree(answer.body()).path("id").stringValue());
    }

    List<Long> nanos = new ArrayList<>();
    for (int request = 0; request < REFUSED; request++) {
      long start = System.nanoTime();
      HttpResponse<String> answer = service.post("/v1/jobs", JOB.formatted("1"));
      long took = System.nanoTime() - start;
      if (answer.statusCode() == 202) {
        break; // the first jobs have ended meanwhile
      }
      nanos.add(took);
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
      assertThat(answer.body()).contains("/problems/busy");
    }
    assertThat(nanos).isNotEmpty();
    Collections.sort(nanos);
    double median = nanos.get(nanos.size() / 2) / 1e6;
    System.out.printf(
        Locale.ROOT,
        "OverloadIT: a refusal took %.1f ms, at worst %.1f ms%n",
        median,
        nanos.getLast() / 1e6);
    assertThat(median).as("milliseconds of a refusal").isLessThan(50);

    for (String job : accepted) {
      assertThat(service.get("/v1/jobs/" + job, "Prefer", "wait=60").body())
          .contains("\"state\":\"succeeded\"");
    }
    assertThat(service.post("/v1/jobs", JOB.formatted("1")).statusCode()).isEqualTo(202);
  }
}
