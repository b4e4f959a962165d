package dev.manyhands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// Beyond the jobs that it may have, the service turns down at once what comes from many sides,
/// while what it has accepted goes on and ends right.
class OverloadIT {
  private static final int MOST = 20;

  /// Jobs that wait all the time, beside those that run: little room is left for the storm.
  private static final int WAITING = 17;

  private static final int RUNNING = 2;

  private static final int CLIENTS = 8;
  private static final int REQUESTS = 150;
  private static final int TASKS = 20;

  /// What it should take is for `src/bench` to say; this is for a machine that does ten other
  /// things.
  private static final Duration LATE = Duration.ofSeconds(2);

  @RegisterExtension final Services services = new Services();

  @TempDir Path folder;

  /// What one client was told.
  ///
  /// @param accepted jobs, with the number that their first input was
  private record Heard(Map<String, Integer> accepted, List<Long> refusalNanos) {}

  @Test
  @Timeout(180)
  void whatIsTooMuchIsTurnedDownAtOnceAndTheRestGoesOn() throws Exception {
    RunningService service =
        services.start(folder.resolve("data"), "--manyhands.dispatch.max-unfinished-jobs=" + MOST);
    String later = "\"notBefore\":\"2100-01-01T00:00:00Z\",\"inputs\"";
    for (int job = 0; job < WAITING; job++) {
      submit(service, job("sleep", "1").replace("\"inputs\"", later));
    }
    List<String> sleepers = new ArrayList<>();
    for (int job = 0; job < RUNNING; job++) {
      sleepers.add(submit(service, job("sleep", "3000")));
    }

    List<Heard> heard = new ArrayList<>();
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<Heard>> all = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        int first = client * REQUESTS;
        all.add(clients.submit(() -> storm(service, first)));
      }
      for (Future<Heard> one : all) {
        heard.add(one.get());
      }
    }

    long[] nanos =
        heard.stream()
            .flatMap(one -> one.refusalNanos().stream())
            .mapToLong(Long::longValue)
            .sorted()
            .toArray();
    assertThat(nanos).as("refusals").hasSizeGreaterThan(REQUESTS);
    // One of each client may have met the machine while it did something else.
    int odd = Math.max(nanos.length / 100, CLIENTS);
    Duration late = Duration.ofNanos(nanos[nanos.length - 1 - odd]);
    System.out.printf(
        Locale.ROOT,
        "OverloadIT: %d of %d submissions were turned down, in %.1f ms (median), %.1f ms (all but %d)%n",
        nanos.length,
        CLIENTS * REQUESTS,
        nanos[nanos.length / 2] / 1e6,
        late.toNanos() / 1e6,
        odd);
    assertThat(late).isLessThan(LATE);

    for (String job : sleepers) {
      assertThat(values(service, job)).isEqualTo("[3000]");
    }
    int accepted = 0;
    for (Heard one : heard) {
      for (Map.Entry<String, Integer> job : one.accepted().entrySet()) {
        assertThat(values(service, job.getKey()))
            .isEqualTo("[" + inputs(job.getValue(), n -> (long) n * n) + "]");
        accepted++;
      }
    }
    assertThat(accepted + nanos.length).isEqualTo(CLIENTS * REQUESTS);
    submit(service, job("sleep", "1"));
  }

  private static String submit(RunningService service, String job) throws Exception {
    HttpResponse<String> answer = service.post("/v1/jobs", job);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return id(answer);
  }

  /// One job after the other, without a pause.
  private static Heard storm(RunningService service, int first) throws Exception {
    Heard heard = new Heard(new LinkedHashMap<>(), new ArrayList<>());
    for (int request = first; request < first + REQUESTS; request++) {
      HttpRequest.Builder post =
          service
              .to("/v1/jobs", "Content-Type", "application/json")
              .POST(BodyPublishers.ofString(job("square", inputs(request, n -> n))));
      long start = System.nanoTime();
      HttpResponse<String> answer = service.send(post);
      long took = System.nanoTime() - start;
      if (answer.statusCode() == 202) {
        heard.accepted().put(id(answer), request);
        continue;
      }
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
      assertThat(answer.body()).contains("/problems/busy");
      heard.refusalNanos().add(took);
    }
    return heard;
  }

  private static String job(String function, String inputs) {
    return "{\"function\":{\"type\":\"java\",\"name\":\"%s\"},\"inputs\":[%s]}"
        .formatted(function, inputs);
  }

  private static String inputs(int first, IntToLongFunction of) {
    return IntStream.range(first, first + TASKS)
        .mapToLong(of)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(","));
  }

  private static String id(HttpResponse<String> answer) {
    return JsonMapper.shared().readTree(answer.body()).path("id").stringValue();
  }

  /// Those of a job that ends.
  private static String values(RunningService service, String job) throws Exception {
    assertThat(service.get("/v1/jobs/" + job, "Prefer", "wait=60").body())
        .contains("\"state\":\"succeeded\"");
    return service.get("/v1/jobs/" + job + "/results?view=values").body();
  }
}
