package dev.manyhands.pool;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The JSON that a function's input may be, as a small part of JSON Schema: `type`, `properties`,
/// `required`, `items`, `enum`, `additionalProperties`, `contentEncoding`. An empty object means
/// anything.
public final class InputShape {
  private static final Set<Class<?>> INTEGERS =
      Set.of(
          Long.class,
          long.class,
          Integer.class,
          int.class,
          Short.class,
          short.class,
          Byte.class,
          byte.class,
          BigInteger.class);
  private static final Set<Class<?>> NUMBERS =
      Set.of(Double.class, double.class, Float.class, float.class, BigDecimal.class);
  private static final Set<Class<?>> BOOLEANS = Set.of(Boolean.class, boolean.class);

  private InputShape() {}

  /// The shape of a type, of maps, lists, strings and booleans.
  public static Map<String, Object> of(Class<?> type) {
    return of(type, new HashSet<>());
  }

  /// What a message says was expected, such as `an integer` or `an object of width, height`.
  static String inWords(Class<?> type) {
    Map<String, Object> shape = of(type);
    if (type.isEnum()) {
      return "one of " + shape.get("enum");
    }
    if (type.isRecord()) {
      List<String> names =
          Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList();
      return "an object of " + String.join(", ", names);
    }
    return switch (String.valueOf(shape.get("type"))) {
      case "integer" -> "a whole number in the range of " + type.getSimpleName();
      case "number" -> "a number in the range of " + type.getSimpleName();
      case "boolean" -> "true or false";
      case "array" -> "an array";
      case "object" -> "an object";
      case "string" -> "a string";
      default -> "a value of " + type.getSimpleName();
    };
  }

  private static Map<String, Object> of(Type type, Set<Class<?>> outer) {
    return switch (type) {
      case ParameterizedType generic -> ofGeneric(generic, outer);
      case GenericArrayType array -> array(of(array.getGenericComponentType(), outer));
      case Class<?> plain -> ofClass(plain, outer);
      default -> Map.of();
    };
  }

  private static Map<String, Object> ofGeneric(ParameterizedType generic, Set<Class<?>> outer) {
    Class<?> raw = (Class<?>) generic.getRawType();
    Type[] arguments = generic.getActualTypeArguments();
    if (Collection.class.isAssignableFrom(raw)) {
      return array(of(arguments[0], outer));
    }
    if (Map.class.isAssignableFrom(raw)) {
      return Map.of("type", "object", "additionalProperties", of(arguments[1], outer));
    }
    return raw == Optional.class ? of(arguments[0], outer) : ofClass(raw, outer);
  }

  private static Map<String, Object> ofClass(Class<?> type, Set<Class<?>> outer) {
    if (INTEGERS.contains(type)) {
      return Map.of("type", "integer");
    }
    if (NUMBERS.contains(type)) {
      return Map.of("type", "number");
    }
    if (BOOLEANS.contains(type)) {
      return Map.of("type", "boolean");
    }
    if (CharSequence.class.isAssignableFrom(type)) {
      return Map.of("type", "string");
    }
    if (type == byte[].class) {
      return ordered("type", "string", "contentEncoding", "base64");
    }
    if (type.isArray()) {
      return array(of(type.getComponentType(), outer));
    }
    if (Collection.class.isAssignableFrom(type)) {
      return array(Map.of());
    }
    if (type.isEnum()) {
      return ordered(
          "type",
          "string",
          "enum",
          Arrays.stream(type.getEnumConstants()).map(String::valueOf).toList());
    }
    if (Map.class.isAssignableFrom(type)) {
      return Map.of("type", "object");
    }
    // Of other classes only Jackson knows what they take.
    return type.isRecord() && type != RawJson.class ? ofRecord(type, outer) : Map.of();
  }

  private static Map<String, Object> ofRecord(Class<?> type, Set<Class<?>> outer) {
    if (!outer.add(type)) {
      // A record within itself: it is described further out.
      return Map.of("type", "object");
    }
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      properties.put(component.getName(), of(component.getGenericType(), outer));
      if (RequiredComponents.isRequired(component)) {
        required.add(component.getName());
      }
    }
    outer.remove(type);
    return ordered("type", "object", "properties", properties, "required", required);
  }

  private static Map<String, Object> array(Map<String, Object> items) {
    return ordered("type", "array", "items", items);
  }

  private static Map<String, Object> ordered(Object... namesAndValues) {
    Map<String, Object> shape = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      shape.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return shape;
  }
}
