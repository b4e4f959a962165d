package dev.manyhands.store;

import dev.manyhands.history.HistoryClient;
import dev.manyhands.history.Submission;
import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Witness;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a client does to have the service write this or that, at least twice in one life of it.
final class Deeds {
  private static final Map<String, Object> FUNCTION = Map.of("type", "java", "name", "witnessed");

  /// So much of a submission goes to the store before its end is there.
  private static final int STAGED_BYTES = 4 << 20;

  private static final int MANY = 100;

  private final HistoryClient client;
  private final String receiver;
  private final Set<String> open = new LinkedHashSet<>();
  private final Set<String> toRemove = new LinkedHashSet<>();
  private final Set<String> announced = new HashSet<>();
  private int jobs;
  private boolean insistent;

  Deeds(HistoryClient client, String receiver) {
    this.client = client;
    this.receiver = receiver;
  }

  /// First what earlier lives left undone, then what leads to the write.
  void doUntilDead(RunningService service, String write) throws InterruptedException {
    try {
      service.awaitReady();
      finish(service);
      for (int time = 0; time < 3; time++) {
        doing(service, write);
      }
    } catch (IOException | IllegalStateException | AssertionError failure) {
      // Its death may be the reason; its exit code says how it died.
      if (!service.isGoneWithin(Duration.ofSeconds(60))) {
        throw new AssertionError("only a death may do this", failure);
      }
    }
  }

  /// What leads to the write, and again whatever of it is turned down, until it is taken.
  void doAnyway(RunningService service, String write) throws IOException, InterruptedException {
    insistent = true;
    doing(service, write);
  }

  /// All that was asked for and not heard of.
  void finish(RunningService service) throws IOException, InterruptedException {
    client.submitAgain();
    client.seeAll();
    for (String key : List.copyOf(open)) {
      if (client.isAccepted(key) && client.seal(key)) {
        open.remove(key);
      }
    }
    for (String key : List.copyOf(toRemove)) {
      if (!client.isAccepted(key) || client.remove(key)) {
        toRemove.remove(key);
      }
    }
  }

  /// Webhooks that must be delivered at least once.
  int announced() {
    return announced.size();
  }

  private void doing(RunningService service, String write)
      throws IOException, InterruptedException {
    switch (write) {
      case "accept", "append", "answer" ->
          client.submit(key(), 20, FUNCTION, Map.of("chunkSize", 5));
      case "hand", "handback" ->
          client.submit(
              "once-" + key(), 20, FUNCTION, Map.of("chunkSize", 5, "onWorkerLost", "fail"));
      case "stage" -> client.submit(large(""));
      case "discard" -> client.submit(large(",\"nonsense\":1"));
      case "grow" -> grow();
      case "fingerprint" -> client.submitLines(key(), 30, FUNCTION);
      case "release" -> {
        String first = key();
        client.submit(first, 3, FUNCTION, Map.of());
        insist(first);
        client.submit(
            key(), 3, FUNCTION, Map.of("dependsOn", Map.of("jobs", List.of(client.id(first)))));
      }
      case "remove", Writes.PORTION -> {
        String key = key();
        client.submit(key, MANY, FUNCTION, Map.of("chunkSize", 1));
        insist(key);
        client.awaitDone(key, MANY, Duration.ofMinutes(1));
        toRemove.add(key);
        finish(service);
      }
      case "putlimit", "removelimit" -> {
        String path = "/v1/limits/" + key();
        put(service, path);
        service.send(service.to(path).DELETE());
      }
      case Writes.DELIVERY -> {
        String key = key();
        announced.add(key);
        client.submit(
            key,
            1,
            FUNCTION,
            Map.of("webhooks", List.of(Map.of("url", receiver, "events", List.of("job.ended")))));
        insist(key);
        client.awaitDone(key, 1, Duration.ofMinutes(1));
      }
      case Writes.CLAIM, Writes.MIGRATION, Writes.ENTER, Writes.DUTY -> {} // every start does it
      case Writes.RENEW -> {} // time does it
      case Writes.LEAVE -> service.askToStop();
      default -> throw new AssertionError("say here what leads to the write " + write);
    }
  }

  private void grow() throws IOException, InterruptedException {
    String key = key();
    open.add(key);
    client.submit(key, 0, FUNCTION, Map.of("open", true));
    insist(key);
    client.add(key, 10);
    client.add(key, 10);
  }

  private static void put(RunningService service, String path)
      throws IOException, InterruptedException {
    service.send(
        service
            .to(path)
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString("{\"permits\":3}")));
  }

  /// A job of some large inputs, then a few more bytes.
  private Submission large(String end) {
    String key = key();
    String padding = "#" + "x".repeat(STAGED_BYTES / 4);
    List<String> inputs = new ArrayList<>();
    for (int index = 0; index < 10; index++) {
      inputs.add("\"" + Witness.input(key, index) + padding + "\"");
    }
    String body =
        "{\"function\":{\"type\":\"java\",\"name\":\"witnessed\"},\"labels\":{\"key\":\""
            + key
            + "\"},\"inputs\":["
            + String.join(",", inputs)
            + "]"
            + end
            + "}";
    return new Submission(key, 10, "application/json", body);
  }

  /// What depends on a job must wait until it is taken.
  private void insist(String key) throws InterruptedException {
    while (insistent && !client.isAccepted(key)) {
      client.submitAgain();
    }
  }

  private String key() {
    jobs++;
    return "k" + jobs;
  }
}
