package dev.manyhands.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// JSON made at random from the schemas of the description, and spoilt.
final class RandomJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int DEPTH = 6;
  private static final List<String> ODD =
      List.of(
          "",
          " ",
          "..",
          "%00",
          "null",
          "-1",
          "999999999999999999999",
          "ä€😀",
          "a".repeat(500),
          "{}",
          "'\";--",
          "%",
          "true",
          "1e9",
          "\u202e");

  private final Random random;
  private final Description description;
  private final Supplier<String> jobs;

  /// @param jobs ids of some
  RandomJson(Random random, Description description, Supplier<String> jobs) {
    this.random = random;
    this.description = description;
    this.jobs = jobs;
  }

  JsonNode value(JsonNode schema) {
    return value(schema, DEPTH);
  }

  void spoil(ObjectNode object) {
    List<String> names = new ArrayList<>(object.propertyNames());
    String name = names.isEmpty() ? "unknown" : names.get(random.nextInt(names.size()));
    switch (random.nextInt(5)) {
      case 0 -> object.remove(name);
      case 1 -> object.put(name, odd());
      case 2 -> object.putNull(name);
      case 3 -> object.put(name + "x", 1);
      default -> {
        if (object.get(name) instanceof ObjectNode inner) {
          spoil(inner);
        } else {
          object.put(name, -1);
        }
      }
    }
  }

  /// A value that fits the schema.
  private JsonNode value(JsonNode given, int depth) {
    JsonNode schema = description.resolved(given);
    if (schema.has("oneOf")) {
      JsonNode all = schema.get("oneOf");
      return value(all.get(random.nextInt(all.size())), depth);
    }
    if (schema.has("enum")) {
      return schema.get("enum").get(random.nextInt(schema.get("enum").size()));
    }
    if (schema.has("example") && random.nextBoolean()) {
      return schema.get("example");
    }
    return switch (schema.path("type").isString() ? schema.get("type").stringValue() : "") {
      case "object" -> object(schema, depth);
      case "array" -> array(schema, depth);
      case "string" -> JSON.stringNode(string(schema));
      case "integer" -> JSON.numberNode(integer(schema));
      case "number" -> JSON.numberNode(random.nextDouble());
      case "boolean" -> JSON.booleanNode(random.nextBoolean());
      default -> JSON.numberNode(random.nextInt(100));
    };
  }

  private ObjectNode object(JsonNode schema, int depth) {
    ObjectNode object = JSON.objectNode();
    List<String> required = new ArrayList<>();
    schema.path("required").forEach(name -> required.add(name.stringValue()));
    schema
        .path("properties")
        .forEachEntry((name, property) -> {
          if (required.contains(name) || depth > 0 && random.nextInt(5) == 0) {
            object.set(name, value(property, depth - 1));
          }
        });
    return object;
  }

  private ArrayNode array(JsonNode schema, int depth) {
    ArrayNode array = JSON.arrayNode();
    int size = schema.path("minItems").asInt(0) + random.nextInt(3);
    for (int i = 0; i < size; i++) {
      array.add(value(schema.get("items"), depth - 1));
    }
    return array;
  }

  /// One that fits, as a parameter has it.
  String text(JsonNode schema) {
    JsonNode value = value(schema, 0);
    return value.isString() ? value.stringValue() : value.toString();
  }

  private String string(JsonNode schema) {
    if ("date-time".equals(schema.path("format").asString(""))) {
      return random.nextBoolean() ? "2026-01-01T00:00:00Z" : "2999-01-01T00:00:00Z";
    }
    if (schema.path("pattern").asString("").startsWith("^job_")) {
      return jobs.get();
    }
    return random.nextBoolean() ? "echo" : odd();
  }

  /// Small ones mostly: a pool of thousands would only slow the test down.
  private long integer(JsonNode schema) {
    long min = schema.path("minimum").asLong(0);
    long max = schema.path("maximum").asLong(Integer.MAX_VALUE);
    return Math.min(max, min + random.nextInt(4));
  }

  String odd() {
    return ODD.get(random.nextInt(ODD.size()));
  }
}
