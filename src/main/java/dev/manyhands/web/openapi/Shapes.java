package dev.manyhands.web.openapi;

import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.math.BigDecimal;
import java.util.List;

/// Small schemas, of parameters and headers.
final class Shapes {
  private Shapes() {}

  static Schema<?> text(String description) {
    Schema<?> schema = new JsonSchema().typesItem("string");
    return description.isEmpty() ? schema : schema.description(description);
  }

  static Schema<?> jobId() {
    return text("").pattern(JobForms.ID);
  }

  static Schema<?> time() {
    return text("").format("date-time");
  }

  static Schema<?> integer(long min, long max) {
    return new JsonSchema()
        .typesItem("integer")
        .minimum(BigDecimal.valueOf(min))
        .maximum(BigDecimal.valueOf(max));
  }

  /// One of these; the first stands for none.
  static Schema<?> word(String... words) {
    JsonSchema schema = new JsonSchema();
    schema.typesItem("string");
    schema.setEnum(List.<Object>of((Object[]) words));
    schema.setDefault(words[0]);
    return schema;
  }

  static Schema<?> form(Class<?> form) {
    return new JsonSchema().$ref(Forms.reference(form));
  }

  static Schema<?> either(Schema<?> one, Schema<?> other) {
    JsonSchema schema = new JsonSchema();
    schema.addOneOfItem(one);
    schema.addOneOfItem(other);
    return schema;
  }

  /// What comes one after another, each of one of these forms: a stream as the array of its parts.
  static Schema<?> sequence(Class<?>... forms) {
    JsonSchema each = new JsonSchema();
    for (Class<?> form : forms) {
      each.addOneOfItem(form(form));
    }
    return anyArray().items(each);
  }

  /// A line of the form, then one of any JSON for each input.
  static Schema<?> headed(Class<?> form) {
    Schema<?> lines = anyArray();
    lines.addPrefixItem(form(form));
    return lines.minItems(1);
  }

  /// Any JSON.
  static Schema<?> any() {
    return new JsonSchema();
  }

  static Schema<?> anyArray() {
    JsonSchema schema = new JsonSchema();
    schema.typesItem("array");
    schema.setItems(new JsonSchema());
    return schema;
  }
}
