package dev.manyhands.web;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The service's own description of its API, against which answers are held.
final class Description {
  static final String PROBLEM = "application/problem+json";

  private static final SchemaRegistry SCHEMAS =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  private final JsonNode root;
  private final Map<String, Schema> validators = new HashMap<>();

  /// Fields of the forms that answers had, as `Form.field`.
  private final Set<String> seen = new TreeSet<>();

  private final DescribedAnswers answered = new DescribedAnswers();

  Description(JsonNode root) {
    this.root = root;
  }

  /// An operation as `GET /v1/jobs` names it.
  record Operation(String method, String path, JsonNode says) {
    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  List<Operation> operations() {
    List<Operation> all = new ArrayList<>();
    root.get("paths")
        .forEachEntry((path, item) ->
            item.forEachEntry((method, says) ->
                all.add(new Operation(method.toUpperCase(java.util.Locale.ROOT), path, says))));
    return all;
  }

  Operation operation(String name) {
    return operations().stream()
        .filter(operation -> operation.toString().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not described"));
  }

  /// A component's schema, or the schema itself.
  JsonNode resolved(JsonNode schema) {
    return schema.has("$ref") ? root.at(schema.get("$ref").stringValue().substring(1)) : schema;
  }

  /// Every field of every form, as `Form.field`.
  Set<String> fields() {
    Set<String> fields = new TreeSet<>();
    root.at("/components/schemas")
        .forEachEntry((form, schema) ->
            schema.path("properties").forEachEntry((field, _) -> fields.add(form + "." + field)));
    return fields;
  }

  Set<String> seen() {
    return seen;
  }

  /// All that may be answered, as [DescribedAnswers] has it.
  Set<String> answers() {
    return DescribedAnswers.all(operations());
  }

  /// What of it was answered.
  Set<String> answered() {
    return answered.seen();
  }

  /// The last part of each type of problem.
  Set<String> problemTypes() {
    Set<String> types = new TreeSet<>();
    for (JsonNode type : root.at("/components/schemas/Problem/properties/type/enum")) {
      types.add(type.stringValue().substring(DescribedAnswers.PROBLEMS.length()));
    }
    return types;
  }

  /// What of the answer is not as described; empty if all is.
  List<String> faults(Operation operation, Answer answer) {
    String status = String.valueOf(answer.status());
    JsonNode said = operation.says().path("responses").get(status);
    if (said == null) {
      return List.of(
          operation + " answers " + status + ", which is not described: " + answer.body());
    }
    answered.note(operation, answer);
    String type = answer.type();
    if (!said.has("content")) {
      return answer.body().isEmpty() ? List.of() : List.of("a body with " + status + ": " + type);
    }
    JsonNode media = said.get("content").get(type);
    if (media == null) {
      return List.of(operation + " answers " + status + " with " + type + ", not described");
    }
    if (Streamed.is(type)) {
      Streamed stream = Streamed.of(type, answer.body());
      for (JsonNode part : media.at("/schema/items/oneOf")) {
        if (stream.parts().stream().anyMatch(one -> faults(part, one.toString()).isEmpty())) {
          answered.notePart(operation, answer, part);
        }
      }
      return streamed(media.get("schema"), stream);
    }
    if (answer.status() == 206) {
      return List.of();
    }
    List<String> faults = new ArrayList<>(faults(media.get("schema"), answer.body()));
    JsonNode body = Api.MAPPER.readTree(answer.body());
    note(media.get("schema"), body);
    if (type.equals(PROBLEM)) {
      String code = DescribedAnswers.code(answer);
      if (!DescribedAnswers.codes(said).contains(code)) {
        faults.add(operation + " answers " + status + " " + code + ", which is not described");
      }
    }
    return faults;
  }

  /// What of the parts of a stream is not as described; notes their fields.
  List<String> streamed(JsonNode schema, Streamed stream) {
    List<String> faults = new ArrayList<>();
    JsonNode each = schema.get("items");
    JsonNode first = schema.has("prefixItems") ? schema.get("prefixItems").get(0) : each;
    if (stream.parts().size() < schema.path("minItems").asInt(0)) {
      faults.add("only these parts: " + stream.parts());
    }
    for (int i = 0; i < stream.parts().size(); i++) {
      JsonNode part = stream.parts().get(i);
      List<String> ofPart = faults(i == 0 ? first : each, part.toString());
      if (ofPart.isEmpty()) {
        faults.addAll(note(i == 0 ? first : each, part));
      }
      ofPart.forEach(fault -> faults.add(part + ": " + fault));
    }
    return faults;
  }

  /// What of an event that a webhook was told is not as described; notes its fields.
  List<String> told(String event) {
    JsonNode schema = root.at("/webhooks/job/post/requestBody/content/application~1json/schema");
    note(schema, Api.MAPPER.readTree(event));
    return faults(schema, event);
  }

  /// What of a body that was taken is not as described; notes its fields.
  List<String> taken(String type, JsonNode schema, String body) {
    if (Streamed.is(type)) {
      return streamed(schema, Streamed.of(type, body));
    }
    note(schema, Api.MAPPER.readTree(body));
    return faults(schema, body);
  }

  /// The example of an event that a webhook is told.
  String toldExample() {
    return root.at("/webhooks/job/post/requestBody/content/application~1json/example").toString();
  }

  /// Of a body or an answer: JSON, or the text of a stream.
  static List<JsonNode> examples(JsonNode media) {
    List<JsonNode> examples = new ArrayList<>();
    if (media.has("example")) {
      examples.add(media.get("example"));
    }
    media.path("examples").forEachEntry((_, example) -> examples.add(example.get("value")));
    return examples;
  }

  /// What of the JSON breaks the schema.
  List<String> faults(JsonNode schema, String json) {
    return validator(schema).validate(json, InputFormat.JSON).stream()
        .map(Error::toString)
        .toList();
  }

  private Schema validator(JsonNode schema) {
    return validators.computeIfAbsent(
        schema.toString(),
        _ -> {
          ObjectNode whole = ((ObjectNode) schema).deepCopy();
          whole.set("components", root.get("components"));
          return SCHEMAS.getSchema(whole);
        });
  }

  /// Notes which fields of which forms the value has.
  ///
  /// @return what of the texts in it that hold JSON is not as described
  List<String> note(JsonNode schema, JsonNode value) {
    if (schema.has("$ref")) {
      String name = schema.get("$ref").stringValue();
      return note(name.substring(name.lastIndexOf('/') + 1), resolved(schema), value);
    }
    return note(null, schema, value);
  }

  private List<String> note(@Nullable String form, JsonNode schema, JsonNode value) {
    List<String> faults = new ArrayList<>();
    if (schema.has("oneOf")) {
      for (JsonNode one : schema.get("oneOf")) {
        if (faults(one, value.toString()).isEmpty()) {
          faults.addAll(note(one, value));
        }
      }
    }
    if (value.isArray() && schema.has("items")) {
      value.forEach(element -> faults.addAll(note(schema.get("items"), element)));
    }
    if (schema.has("contentSchema")) {
      faults.addAll(faults(schema.get("contentSchema"), value.stringValue()));
      faults.addAll(note(schema.get("contentSchema"), Api.MAPPER.readTree(value.stringValue())));
    }
    Map<String, JsonNode> properties = new TreeMap<>();
    schema.path("properties").forEachEntry(properties::put);
    value.forEachEntry((name, field) -> {
      JsonNode property = properties.get(name);
      if (property != null) {
        seen.add(form + "." + name);
        faults.addAll(note(property, field));
      } else if (schema.path("additionalProperties").isObject()) {
        faults.addAll(note(schema.get("additionalProperties"), field));
      }
    });
    return faults;
  }
}
