package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.manyhands.web.Description.Operation;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Requests made at random from the description, every other one spoilt in one place.
final class RandomRequest {
  private static final List<String> RANGES =
      List.of(
          "bytes=0-0",
          "bytes=0-",
          "bytes=-1",
          "bytes=-0",
          "bytes=5-2",
          "bytes=99999999999999999999999-99999999999999999999999",
          "bytes=-99999999999999999999999",
          "bytes=1-99999999999999999999999",
          "bytes=99999999999999999999999-",
          "bytes=0-0,2-3",
          "bytes=",
          "lines=1-2",
          "nonsense");
  private static final List<String> PREFERENCES =
      List.of("wait=0", "wait", "wait=-5", "wait=x", "respond-async");

  private final Random random;
  private final RandomJson json;
  private final List<String> jobs;
  private final Known known;

  /// @param jobs ids of some that are there, to which more may be added
  RandomRequest(Random random, Description description, List<String> jobs, Known known) {
    this.random = random;
    this.jobs = jobs;
    this.known = known;
    this.json = new RandomJson(random, description, this::job);
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
    FIELD,
    HEADER
  }

  private String job() {
    return one(jobs);
  }

  private <T> T one(List<T> all) {
    return all.get(random.nextInt(all.size()));
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
            query.add(name + "=" + encoded(inQuery(name, schema, spoilt)));
          }
        }
        default -> {
          String value = random.nextBoolean() ? inHeader(name, spoilt) : "";
          if (!value.isEmpty()) {
            headers.put(name, value);
          }
        }
      }
    }
    if (spoilt == Spoilt.UNKNOWN_QUERY) {
      query.add(encoded("x" + json.odd()) + "=1");
    }
    if (spoilt == Spoilt.ACCEPT) {
      headers.put("Accept", one(List.of("text/html", "nonsense", "*/*;q=0", "image/*")));
    } else if (random.nextBoolean()) {
      headers.put("Accept", accepted(operation));
    }
    String body = body(operation, spoilt, headers);
    String whole = query.isEmpty() ? path : path + "?" + String.join("&", query);
    return new Made(operation.method(), whole, headers, body);
  }

  private String inPath(String name, JsonNode schema, Spoilt spoilt) {
    if (spoilt == Spoilt.PATH) {
      // The client itself would not send "..", and the server's own refusals have their own test.
      String odd = json.odd();
      return odd.isBlank() || odd.contains("%") || odd.contains(".") ? "none" : encoded(odd);
    }
    return switch (name) {
      case "id" -> job();
      case "index" -> String.valueOf(random.nextInt(8) == 0 ? 9 : random.nextInt(2));
      case "name" -> random.nextBoolean() ? "threads" : "virtual";
      default -> encoded(json.text(schema));
    };
  }

  private String inQuery(String name, JsonNode schema, Spoilt spoilt) {
    if (spoilt == Spoilt.QUERY) {
      return json.odd();
    }
    String told = name.equals("before") || name.equals("after") ? known.any(name) : "";
    return told.isEmpty() ? json.text(schema) : told;
  }

  private String inHeader(String name, Spoilt spoilt) {
    if (spoilt == Spoilt.HEADER) {
      return one(List.of("''\";--", "1e9", "a".repeat(500), "\"", ",", "W/\"x\""));
    }
    return switch (name) {
      // Now and then, since it is a second that passes.
      case "Prefer" -> random.nextInt(25) == 0 ? "wait=1" : one(PREFERENCES);
      case "Range" -> one(RANGES);
      case "Idempotency-Key" -> "key " + random.nextInt(8);
      case "Last-Event-ID", "If-None-Match", "If-Range" -> known.any(name);
      default -> throw new AssertionError("say here what fits the header " + name);
    };
  }

  /// One of the types that the operation answers with, or some.
  private String accepted(Operation operation) {
    TreeSet<String> types = new TreeSet<>();
    operation
        .says()
        .path("responses")
        .forEach(said -> types.addAll(said.path("content").propertyNames()));
    types.remove(Description.PROBLEM);
    types.add("*/*");
    String type = one(List.copyOf(types));
    return random.nextInt(4) == 0 ? "text/html, " + type + ";q=0.5" : type;
  }

  private @Nullable String body(Operation operation, Spoilt spoilt, Map<String, String> headers) {
    List<Map.Entry<String, JsonNode>> contents =
        List.copyOf(operation.says().at("/requestBody/content").properties());
    if (contents.isEmpty()) {
      return null;
    }
    Map.Entry<String, JsonNode> content = one(contents);
    headers.put("Content-Type", spoilt == Spoilt.CONTENT_TYPE ? "text/plain" : content.getKey());
    JsonNode schema = content.getValue().get("schema");
    String body =
        Streamed.is(content.getKey()) ? lines(schema, spoilt) : text(json.value(schema), spoilt);
    return spoilt == Spoilt.BROKEN_BODY
        ? body.substring(0, random.nextInt(body.length() + 1)) + "\u0000"
        : body;
  }

  private String lines(JsonNode schema, Spoilt spoilt) {
    StringBuilder lines = new StringBuilder();
    if (schema.has("prefixItems")) {
      JsonNode first = json.value(schema.get("prefixItems").get(0));
      if (first instanceof ObjectNode job && random.nextInt(4) > 0) {
        // They come in the lines after it.
        job.remove(List.of("inputs", "tasks"));
      }
      lines.append(text(first, spoilt)).append('\n');
    }
    String end = one(List.of("\n", "\n", "\r\n", "\n\n"));
    for (int left = random.nextInt(5); left > 0; left--) {
      lines.append(text(json.value(schema.get("items")), Spoilt.NOTHING)).append(end);
    }
    return random.nextInt(4) == 0 ? lines.toString().stripTrailing() : lines.toString();
  }

  private String text(JsonNode value, Spoilt spoilt) {
    if (spoilt == Spoilt.FIELD && value instanceof ObjectNode object) {
      json.spoil(object);
    }
    return value.toString();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
