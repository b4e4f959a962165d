package dev.manyhands.web;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.JsonNode;

/// What answers told that later requests can name: cursors, ids of events, entity tags.
final class Known {
  /// Few, so that one is often of the job that it is used with.
  private static final int KEPT = 4;

  private final Random random;
  private final Map<String, List<String>> values = new HashMap<>();

  Known(Random random) {
    this.random = random;
  }

  void learn(Answer answer) {
    note("If-None-Match", answer.header("ETag"));
    note("If-Range", answer.header("ETag"));
    if (answer.isRefusal() || answer.status() == 206 || answer.body().isEmpty()) {
      return;
    }
    if (Streamed.is(answer.type())) {
      for (JsonNode part : Streamed.of(answer.type(), answer.body()).parts()) {
        note("Last-Event-ID", part.path("id").asString(""));
        note("after", part.path("next").asString(""));
      }
    } else {
      JsonNode body = Api.MAPPER.readTree(answer.body());
      String next = body.path("next").asString("");
      note(body.has("jobs") ? "before" : "after", next);
      note("Last-Event-ID", body.has("results") ? next : "");
    }
  }

  private void note(String name, String value) {
    if (!value.isEmpty()) {
      List<String> all = values.computeIfAbsent(name, _ -> new ArrayList<>());
      all.add(value);
      if (all.size() > KEPT) {
        all.removeFirst();
      }
    }
  }

  /// One that was told, whoever it was told by; now and then a damaged one. Empty if none was told.
  String any(String name) {
    List<String> all = values.getOrDefault(name, List.of());
    if (all.isEmpty()) {
      return "";
    }
    String value = all.get(random.nextInt(all.size()));
    return random.nextInt(4) == 0 ? damaged(value) : value;
  }

  private String damaged(String value) {
    int at = random.nextInt(value.length());
    return switch (random.nextInt(3)) {
      case 0 -> value.substring(0, at);
      case 1 -> value + "0";
      default ->
          value.substring(0, at) + (value.charAt(at) == 'x' ? 'y' : 'x') + value.substring(at + 1);
    };
  }
}
