package dev.manyhands.web.openapi;

import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The JSON Schemas of all records that are nested in the forms of this package, each under its
/// simple name.
///
/// A component is required unless it is [Nullable], and no other field may come: what a record does
/// not say, an answer must not hold.
final class Forms {
  private static final List<Class<?>> HOLDERS =
      List.of(
          JobForms.class,
          PostedForms.class,
          ResultForms.class,
          StreamForms.class,
          PoolForms.class,
          LimitForms.class,
          WebhookForms.class,
          ServiceForms.class,
          ProblemForms.class);

  private Forms() {}

  static String name(Class<?> form) {
    return form.getSimpleName();
  }

  static String reference(Class<?> form) {
    return "#/components/schemas/" + name(form);
  }

  /// By name, in order of name.
  static Map<String, Schema<?>> schemas() {
    Map<String, Schema<?>> all = new TreeMap<>();
    for (Class<?> holder : HOLDERS) {
      for (Class<?> form : holder.getDeclaredClasses()) {
        Schema<?> schema = schema(form);
        if (all.put(name(form), schema) != null) {
          throw new IllegalStateException("two forms have the name " + name(form));
        }
      }
    }
    return all;
  }

  private static Schema<?> schema(Class<?> form) {
    Schema<?> schema = ModelConverters.getInstance(true).readAll(form).get(name(form));
    if (schema == null) {
      throw new IllegalStateException("no schema of " + form);
    }
    if (form.isRecord()) {
      schema.setRequired(required(form));
      schema.setAdditionalProperties(false);
      inOrder(schema, form);
      nameContents(schema, form);
    } else if (!Modifier.isInterface(form.getModifiers())) {
      throw new IllegalStateException("expected records and sealed interfaces, got " + form);
    }
    return schema;
  }

  private static List<String> required(Class<?> form) {
    return Arrays.stream(form.getRecordComponents())
        .filter(component -> !component.getAnnotatedType().isAnnotationPresent(Nullable.class))
        .map(Forms::property)
        .toList();
  }

  /// As the record has them, which is the order in which they are written.
  private static void inOrder(Schema<?> schema, Class<?> form) {
    Map<String, Schema<?>> ordered = new LinkedHashMap<>();
    for (RecordComponent component : form.getRecordComponents()) {
      ordered.put(property(component), (Schema<?>) schema.getProperties().get(property(component)));
    }
    schema.getProperties().clear();
    ordered.forEach((name, property) -> schema.addProperty(name, property));
  }

  /// Of a text that holds JSON, which form that has.
  private static void nameContents(Schema<?> schema, Class<?> form) {
    for (RecordComponent component : form.getRecordComponents()) {
      io.swagger.v3.oas.annotations.media.Schema said = said(component);
      if (said != null && said.contentSchema() != Void.class) {
        Schema<?> text =
            Objects.requireNonNull((Schema<?>) schema.getProperties().get(property(component)));
        text.setContentMediaType(Op.JSON);
        text.setContentSchema(Shapes.form(said.contentSchema()));
      }
    }
  }

  private static String property(RecordComponent component) {
    io.swagger.v3.oas.annotations.media.Schema said = said(component);
    return said == null || said.name().isEmpty() ? component.getName() : said.name();
  }

  private static io.swagger.v3.oas.annotations.media.@Nullable Schema said(
      RecordComponent component) {
    return component.getAccessor().getAnnotation(io.swagger.v3.oas.annotations.media.Schema.class);
  }
}
