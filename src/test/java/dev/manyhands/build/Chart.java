package dev.manyhands.build;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.yaml.snakeyaml.Yaml;

/// The chart of `helm/`, rendered by Helm itself with the least that has to be said and some more
/// values.
final class Chart {
  static final Path FOLDER = Path.of("helm");

  /// What every installation has to say.
  static final String NEEDED =
      """
      functions: {allowed: [java, python]}
      key: {existingSecret: manyhands-key}
      database: {url: "jdbc:postgresql://postgres:5432/manyhands", existingSecret: manyhands-database}
      broker: {host: rabbitmq, existingSecret: manyhands-broker}
      """;

  private final Path folder;

  /// @param folder for the files of values
  Chart(Path folder) {
    this.folder = folder;
  }

  /// The manifests by kind and name, such as `Deployment/it-manyhands-api`.
  ///
  /// @param values files of values, as text; later ones win
  Rendered render(String... values) throws IOException {
    return read(text(values));
  }

  /// @param text manifests as Helm writes them
  static Rendered read(String text) {
    Map<String, Node> manifests = new TreeMap<>();
    for (Object document : new Yaml().loadAll(text)) {
      if (document != null) {
        Node manifest = new Node(document);
        String name = manifest.at("kind").text() + "/" + manifest.at("metadata", "name").text();
        if (manifests.put(name, manifest) != null) {
          throw new AssertionError(name + " is there twice");
        }
      }
    }
    return new Rendered(manifests);
  }

  String text(String... values) throws IOException {
    var template = new Helm(FOLDER).template().withName("it").withNamespace("place");
    for (Path file : files(values)) {
      template.withValuesFile(file);
    }
    return template.call();
  }

  /// What Helm prints after an installation.
  String notes(String... values) throws IOException {
    var install =
        new Helm(FOLDER).install().clientOnly().dryRun().withName("it").withNamespace("place");
    for (Path file : files(values)) {
      install.withValuesFile(file);
    }
    return install.call().getOutput();
  }

  private List<Path> files(String... values) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String text : values) {
      files.add(Files.writeString(Files.createTempFile(folder, "values", ".yaml"), text));
    }
    return files;
  }

  /// Manifests by kind and name.
  record Rendered(Map<String, Node> manifests) {
    Set<String> names() {
      return manifests.keySet();
    }

    /// @throws AssertionError if it was not made
    Node of(String name) {
      Node manifest = manifests.get(name);
      if (manifest == null) {
        throw new AssertionError("no " + name + " among " + names());
      }
      return manifest;
    }
  }

  /// A part of a manifest.
  ///
  /// @param value a map, a list, or what YAML has for text, numbers and truth
  record Node(Object value) {
    /// What is there; names of maps and places of lists lead to it.
    ///
    /// @throws AssertionError if nothing is
    Node at(Object... path) {
      Object here = value;
      for (Object step : path) {
        Object next =
            switch (here) {
              case Map<?, ?> map -> map.get(step);
              case List<?> list when step instanceof Integer index && index < list.size() ->
                  list.get(index);
              default -> null;
            };
        if (next == null) {
          throw new AssertionError("nothing at " + step + " of " + List.of(path) + " in " + here);
        }
        here = next;
      }
      return new Node(here);
    }

    boolean has(String name) {
      return value instanceof Map<?, ?> map && map.containsKey(name);
    }

    List<Node> each() {
      List<Node> each = new ArrayList<>();
      for (Object element : (List<?>) value) {
        each.add(new Node(element));
      }
      return each;
    }

    String text() {
      return String.valueOf(value);
    }
  }
}
