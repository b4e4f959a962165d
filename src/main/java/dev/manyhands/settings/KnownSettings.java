package dev.manyhands.settings;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.json.JsonParserFactory;

/// The names of all settings under `manyhands`, whichever of them this node's role has a use for:
/// the components of the records that Spring Boot's annotation processor found when the service was
/// built.
final class KnownSettings {
  static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("manyhands");

  private static final String METADATA = "/META-INF/spring-configuration-metadata.json";

  /// A name's next element, or any, leads to what may stand behind it; nothing does behind a value.
  private static final class Names {
    final Map<String, Names> next = new HashMap<>();

    boolean isValue() {
      return next.isEmpty();
    }
  }

  private static final String ANY = "*";

  private final Names names = new Names();

  KnownSettings() {
    for (Map<?, ?> group : groups()) {
      String prefix = String.valueOf(group.get("name"));
      ConfigurationPropertyName name = ConfigurationPropertyName.of(prefix);
      if (ROOT.equals(name) || ROOT.isAncestorOf(name)) {
        add(at(name), type(String.valueOf(group.get("type"))));
      }
    }
    if (names.isValue()) {
      throw new IllegalStateException("the service was built without " + METADATA);
    }
  }

  private static List<Map<?, ?>> groups() {
    try (InputStream json = KnownSettings.class.getResourceAsStream(METADATA)) {
      if (json == null) {
        throw new IllegalStateException("the service was built without " + METADATA);
      }
      String text = new String(json.readAllBytes(), StandardCharsets.UTF_8);
      Map<String, Object> metadata = JsonParserFactory.getJsonParser().parseMap(text);
      List<?> groups = (List<?>) Objects.requireNonNull(metadata.get("groups"));
      return groups.stream().<Map<?, ?>>map(group -> (Map<?, ?>) group).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Class<?> type(String name) {
    try {
      return Class.forName(name, false, KnownSettings.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private Names at(ConfigurationPropertyName name) {
    Names at = names;
    for (int i = 1; i < name.getNumberOfElements(); i++) {
      at = at.next.computeIfAbsent(name.getElement(i, Form.UNIFORM), _ -> new Names());
    }
    return at;
  }

  private static void add(Names names, Class<?> type) {
    for (RecordComponent component : type.getRecordComponents()) {
      String dashed = DataObjectPropertyName.toDashedForm(component.getName());
      String uniform = ConfigurationPropertyName.of(dashed).getElement(0, Form.UNIFORM);
      Names own = names.next.computeIfAbsent(uniform, _ -> new Names());
      Class<?> raw = component.getType();
      if (raw == Map.class) {
        Type value = ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[1];
        add(own.next.computeIfAbsent(ANY, _ -> new Names()), (Class<?>) value);
      } else if (raw.isRecord()) {
        add(own, raw);
      }
    }
  }

  /// @param name of a setting under [#ROOT]
  boolean contains(ConfigurationPropertyName name) {
    Names at = names;
    for (int i = 1; i < name.getNumberOfElements(); i++) {
      if (at.isValue()) {
        return name.isNumericIndex(i); // of a list
      }
      Names any = at.next.get(ANY);
      Names next = at.next.getOrDefault(name.getElement(i, Form.UNIFORM), any);
      if (next == null) {
        return false;
      }
      at = next;
    }
    return true;
  }
}
