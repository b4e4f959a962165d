package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.web.Description.Operation;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Walks the description with requests made from it at random, good ones and spoilt ones: whatever
/// comes, the answer is one that is described, and never a failure of the service. Again with
/// `-Dseed=n`.
class GeneratedRequestsTest {
  private static final int ROUNDS = 25;

  @Test
  void everyAnswerIsDescribedWhateverCame() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("GeneratedRequestsTest: again with -Dseed=" + seed);
    List<String> faults = new ArrayList<>();
    int taken = 0;
    int refused = 0;
    // A service of its own: pools are resized and jobs removed here.
    try (Api api = new Api()) {
      Description description = new Description(Api.json(api.get("/v3/api-docs")));
      RandomRequest random = new RandomRequest(new Random(seed), description, jobs(api));
      for (int round = 0; round < ROUNDS; round++) {
        for (Operation operation : description.operations()) {
          RandomRequest.Made made = random.make(operation);
          HttpResponse<String> answer = send(api, made);
          boolean isRefused = answer.statusCode() >= 400;
          taken += isRefused ? 0 : 1;
          refused += isRefused ? 1 : 0;
          List<String> found = new ArrayList<>(faults(description, operation, answer));
          if (answer.statusCode() >= 500 && answer.statusCode() != 503) {
            found.add("the service failed");
          }
          if (isRefused
              && !answer
                  .headers()
                  .firstValue("Content-Type")
                  .orElse("")
                  .equals(Description.PROBLEM)) {
            found.add("no problem document: " + answer.headers().map());
          }
          found.forEach(fault -> faults.add(made + " -> " + fault + " " + answer.body()));
        }
      }
    }

    assertThat(faults).as("seed %d", seed).isEmpty();
    assertThat(taken).as("requests that were met").isGreaterThan(ROUNDS);
    assertThat(refused).as("requests that were refused").isGreaterThan(ROUNDS);
  }

  private static List<String> faults(
      Description description, Operation operation, HttpResponse<String> answer) {
    // A spoilt path may be one of nothing, or need another method.
    return answer.statusCode() == 405
        ? List.of()
        : description.faults(operation, Answer.of(answer));
  }

  /// Some jobs to ask for.
  private static List<String> jobs(Api api) throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String path = api.run("square", i % 2 == 0 ? "[1,2,3]" : "[1,\"x\"]");
      ids.add(path.substring(path.lastIndexOf('/') + 1));
    }
    return ids;
  }

  private static HttpResponse<String> send(Api api, RandomRequest.Made made) throws Exception {
    HttpRequest.Builder request = api.to(made.path());
    made.headers().forEach(request::header);
    return api.send(
        request.method(
            made.method(),
            made.body() == null ? BodyPublishers.noBody() : BodyPublishers.ofString(made.body())));
  }
}
