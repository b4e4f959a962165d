package dev.manyhands.web;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A body of parts that come one after another, lines of JSON or server-sent events, as the
/// description sees it: each line is the JSON in it, each event the object of its fields.
///
/// @param heartbeats how many there were
record Streamed(List<JsonNode> parts, int heartbeats) {
  static final String EVENTS = "text/event-stream";

  static boolean is(String type) {
    return type.equals(EVENTS)
        || type.equals("application/jsonl")
        || type.equals("application/x-ndjson");
  }

  /// @param body as it was sent, whole or cut off: a part without its end is left out
  static Streamed of(String type, String body) {
    return type.equals(EVENTS) ? events(body) : lines(body);
  }

  private static Streamed lines(String body) {
    List<JsonNode> parts = new ArrayList<>();
    int heartbeats = 0;
    for (String line : ended(body, "\n")) {
      if (line.isEmpty()) {
        heartbeats++;
      } else {
        parts.add(Api.MAPPER.readTree(line));
      }
    }
    return new Streamed(parts, heartbeats);
  }

  private static Streamed events(String body) {
    List<JsonNode> parts = new ArrayList<>();
    int heartbeats = 0;
    for (String event : ended(body, "\n\n")) {
      ObjectNode fields = Api.MAPPER.createObjectNode();
      for (String line : event.split("\n", -1)) {
        String[] field = line.split(": ", 2);
        if (line.equals(":")) {
          heartbeats++;
        } else if (field.length < 2 || fields.has(field[0])) {
          throw new AssertionError("expected one `name: value` of each name a line, got " + event);
        } else {
          fields.put(field[0], field[1]);
        }
      }
      if (!fields.isEmpty()) {
        parts.add(fields);
      }
    }
    return new Streamed(parts, heartbeats);
  }

  private static List<String> ended(String body, String end) {
    int last = body.lastIndexOf(end);
    return last < 0 ? List.of() : List.of(body.substring(0, last).split(end, -1));
  }
}
