package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.manyhands.web.Description.Operation;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Requests made at random from the description, every other one spoilt in one place.
final class RandomRequest {
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
  private final List<String> jobs;

  /// @param jobs ids of some that are there
  RandomRequest(Random random, Description description, List<String> jobs) {
    this.random = random;
    this.description = description;
    this.jobs = jobs;
  }

  record Made(String method, String path, Map<String, String> headers, @Nullable String body) {}

  private enum Spoilt {
    NOTHING,
    PATH,
    QUERY,
    UNKNOWN_QUERY,
    ACCEPT,
    CONTENT_TYPE,
    BROKEN_BODY,
    FIELD
  }

  Made make(Operation operation) {
    Spoilt[] all = Spoilt.values();
    Spoilt spoilt = random.nextBoolean() ? Spoilt.NOTHING : all[random.nextInt(all.length)];
    String path = operation.path();
    List<String> query = new ArrayList<>();
    Map<String, String> headers = new TreeMap<>();
    for (JsonNode parameter : operation.says().path("parameters")) {
      String name = parameter.get("name").stringValue();
      JsonNode schema = parameter.get("schema");
      switch (parameter.get("in").stringValue()) {
        case "path" -> path = path.replace("{" + name + "}", inPath(name, schema, spoilt));
        case "query" -> {
          if (random.nextInt(3) == 0) {
            query.add(name + "=" + encoded(spoilt == Spoilt.QUERY ? odd() : text(schema)));
          }
        }
        default -> {
          if (name.equals("Prefer") && random.nextInt(4) == 0) {
            headers.put(name, "wait=1");
          }
        }
      }
    }
    if (spoilt == Spoilt.UNKNOWN_QUERY) {
      query.add(encoded("x" + odd()) + "=1");
    }
    if (spoilt == Spoilt.ACCEPT) {
      headers.put("Accept", random.nextBoolean() ? "text/html" : "nonsense");
    }
    String body = body(operation, spoilt, headers);
    String whole = query.isEmpty() ? path : path + "?" + String.join("&", query);
    return new Made(operation.method(), whole, headers, body);
  }

  private String inPath(String name, JsonNode schema, Spoilt spoilt) {
    if (spoilt == Spoilt.PATH) {
      // The client itself would not send "..", and the server's own refusals have their own test.
      String odd = odd();
      return odd.isBlank() || odd.contains("%") || odd.contains(".") ? "none" : encoded(odd);
    }
    return switch (name) {
      case "id" -> jobs.get(random.nextInt(jobs.size()));
      case "index" -> String.valueOf(random.nextInt(4));
      case "name" -> random.nextBoolean() ? "threads" : "virtual";
      default -> encoded(text(schema));
    };
  }

  private @Nullable String body(Operation operation, Spoilt spoilt, Map<String, String> headers) {
    JsonNode media = operation.says().at("/requestBody/content/application~1json");
    if (media.isMissingNode()) {
      return null;
    }
    headers.put("Content-Type", spoilt == Spoilt.CONTENT_TYPE ? "text/plain" : "application/json");
    JsonNode value = value(media.get("schema"), DEPTH);
    if (spoilt == Spoilt.FIELD && value instanceof ObjectNode object) {
      spoil(object);
    }
    String body = value.toString();
    return spoilt == Spoilt.BROKEN_BODY
        ? body.substring(0, random.nextInt(body.length())) + "\u0000"
        : body;
  }

  private void spoil(ObjectNode object) {
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

  private String text(JsonNode schema) {
    JsonNode value = value(schema, 0);
    return value.isString() ? value.stringValue() : value.toString();
  }

  private String string(JsonNode schema) {
    if ("date-time".equals(schema.path("format").asString(""))) {
      return random.nextBoolean() ? "2026-01-01T00:00:00Z" : "2999-01-01T00:00:00Z";
    }
    if (schema.path("pattern").asString("").startsWith("^job_")) {
      return jobs.get(random.nextInt(jobs.size()));
    }
    return random.nextBoolean() ? "echo" : odd();
  }

  /// Small ones mostly: a pool of thousands would only slow the test down.
  private long integer(JsonNode schema) {
    long min = schema.path("minimum").asLong(0);
    long max = schema.path("maximum").asLong(Integer.MAX_VALUE);
    return Math.min(max, min + random.nextInt(4));
  }

  private String odd() {
    return ODD.get(random.nextInt(ODD.size()));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
