package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.web.Description.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Walks the description with requests made from it at random, good ones and spoilt ones: whatever
/// comes, the answer is one that is described, and never a failure of the service. Again with
/// `-Dseed=n`.
class GeneratedRequestsTest {
  private static final int ROUNDS = 25;

  /// A walk meets each of these, whatever its seed.
  private static final Set<Integer> MET = Set.of(200, 202, 400, 404, 406, 409, 415, 422);

  @Test
  void everyAnswerIsDescribedWhateverCame() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("GeneratedRequestsTest: again with -Dseed=" + seed);
    Random random = new Random(seed);
    List<String> faults = new ArrayList<>();
    Set<Integer> statuses = new TreeSet<>();
    int streams = 0;
    // A service of its own: pools are resized and jobs removed here.
    try (Api api = new Api("--manyhands.follow.heartbeat=50ms")) {
      Description description = new Description(Api.json(api.get("/v3/api-docs")));
      List<String> jobs = new ArrayList<>();
      Known known = new Known(random);
      RandomRequest requests = new RandomRequest(random, description, jobs, known);
      for (int round = 0; round < ROUNDS; round++) {
        addJobs(api, jobs);
        for (Operation operation : asOftenAsTheyNeed(description.operations())) {
          RandomRequest.Made made = requests.make(operation);
          Answer answer = send(api, made);
          known.learn(answer);
          statuses.add(answer.status());
          streams += Streamed.is(answer.type()) ? 1 : 0;
          for (String fault : faults(description, operation, answer)) {
            faults.add(made + " -> " + fault + " " + answer.body());
          }
        }
      }
    }

    assertThat(faults).as("seed %d", seed).isEmpty();
    assertThat(statuses).as("seed %d", seed).containsAll(MET);
    assertThat(streams).as("streams, seed %d", seed).isPositive();
  }

  /// Once, and once more for each header that it heeds.
  private static List<Operation> asOftenAsTheyNeed(List<Operation> operations) {
    List<Operation> all = new ArrayList<>(operations);
    for (Operation operation : operations) {
      for (JsonNode parameter : operation.says().path("parameters")) {
        if (parameter.get("in").stringValue().equals("header")) {
          all.add(operation);
        }
      }
    }
    return all;
  }

  private static List<String> faults(Description description, Operation operation, Answer answer) {
    // A spoilt path may be one of nothing, or need another method.
    List<String> faults =
        answer.status() == 405
            ? new ArrayList<>()
            : new ArrayList<>(description.faults(operation, answer));
    if (answer.status() >= 500 && answer.status() != 503) {
      faults.add("the service failed");
    }
    if (answer.isRefusal() && !answer.header("Content-Type").equals(Description.PROBLEM)) {
      faults.add("no problem document: " + answer.headers());
    }
    return faults;
  }

  /// Jobs to ask for: one that has ended well, one that has not, one that runs, one that is open
  /// and one that waits.
  private static void addJobs(Api api, List<String> jobs) throws Exception {
    add(jobs, api.run("square", "[1,2,3]"));
    add(jobs, api.run("square", "[1,\"x\"]"));
    add(jobs, api.submit(Api.job("sleep", "[1,60000]")));
    add(jobs, api.submit(Api.job("square", "[2]").replaceFirst("\\{", "{\"open\":true,")));
    add(
        jobs,
        api.submit(
            Api.job("square", "[1]")
                .replaceFirst("\\{", "{\"notBefore\":\"2999-01-01T00:00:00Z\",")));
  }

  private static void add(List<String> jobs, String path) {
    jobs.add(path.substring(path.lastIndexOf('/') + 1));
  }

  private static Answer send(Api api, RandomRequest.Made made) throws Exception {
    HttpRequest.Builder request = api.to(made.path());
    made.headers().forEach(request::header);
    request.method(
        made.method(),
        made.body() == null ? BodyPublishers.noBody() : BodyPublishers.ofString(made.body()));
    HttpResponse<InputStream> response = api.open(request);
    Answer head = Answer.of(response, "");
    try (InputStream body = response.body()) {
      return Answer.of(response, read(head.type(), body));
    }
  }

  /// All of it, or of a stream what comes before the first heartbeat.
  private static String read(String type, InputStream body) throws IOException {
    if (!Streamed.is(type)) {
      return new String(body.readAllBytes(), UTF_8);
    }
    StringBuilder read = new StringBuilder();
    for (int b = body.read(); b >= 0; b = body.read()) {
      read.append((char) b);
      if (b == '\n' && Streamed.of(type, read.toString()).heartbeats() > 0) {
        break;
      }
    }
    return new String(
        read.toString().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1), UTF_8);
  }
}
