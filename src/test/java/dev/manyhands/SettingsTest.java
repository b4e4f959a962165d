package dev.manyhands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AnnotationTypeFilter;

/// Pins the name and default of every setting to the README's table, and what a wrong one says.
class SettingsTest {
  private static final Pattern ROW =
      Pattern.compile("\\| `((?:manyhands|spring\\.datasource)\\.[^`]+)` \\|([^|]*)\\|.*");

  @Test
  void everySettingStandsInTheReadmeWithItsDefault() throws Exception {
    assertThat(declared()).isEqualTo(documented());
  }

  private static Map<String, String> documented() throws IOException {
    Map<String, String> rows = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("README.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        rows.put(row.group(1), row.group(2).replace("`", "").strip());
      }
    }
    return rows;
  }

  private static Map<String, String> declared() throws ReflectiveOperationException {
    ClassPathScanningCandidateComponentProvider scan =
        new ClassPathScanningCandidateComponentProvider(false);
    scan.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
    Map<String, String> settings = new TreeMap<>();
    for (var found : scan.findCandidateComponents("dev.manyhands")) {
      Class<?> type = Class.forName(found.getBeanClassName());
      add(settings, type.getAnnotation(ConfigurationProperties.class).value(), type);
    }
    return settings;
  }

  private static void add(Map<String, String> settings, String prefix, Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Parameter[] parameters =
        Stream.of(type.getDeclaredConstructors())
            .map(Constructor::getParameters)
            .filter(all -> all.length == components.length)
            .findFirst()
            .orElseThrow();
    for (int i = 0; i < components.length; i++) {
      String name = prefix + "." + dashed(components[i].getName());
      if (components[i].getType() == Map.class) {
        add(settings, name + ".<name>", dev.manyhands.pool.PoolSettings.class);
        continue;
      }
      if (components[i].getType().isRecord()) {
        add(settings, name, components[i].getType());
        continue;
      }
      DefaultValue value = parameters[i].getAnnotation(DefaultValue.class);
      settings.put(name, value == null || value.value().length == 0 ? "" : value.value()[0]);
    }
  }

  private static String dashed(String component) {
    String dashed = component.replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
    return ConfigurationPropertyName.of(dashed).toString();
  }

  @ParameterizedTest
  @CsvSource({
    "manyhands.pools.threads.workers, 0, manyhands.pools",
    "manyhands.pools.threads.kind, fibres, manyhands.pools",
    "manyhands.pools.threads.kind, fibres, 'expected threads, virtual or processes, got: fibres'",
    "manyhands.limits.max-body, 1B, manyhands.limits.max-body",
    "manyhands.dispatch.max-unfinished-jobs, 0, manyhands.dispatch",
    "manyhands.dispatch.backlog, 1KB, manyhands.dispatch.backlog",
    "manyhands.dispatch.linger, 2s, manyhands.dispatch.linger",
    "manyhands.dispatch.max-hold, 0s, manyhands.dispatch.max-hold",
    "manyhands.processes.start-timeout, 1ms, manyhands.processes",
    "manyhands.threads.grace, 0s, manyhands.threads",
    "manyhands.threads.max-lost, -1, manyhands.threads",
    "manyhands.python.path, /no/such/folder, manyhands.python.path",
    "manyhands.http.allow, 10.0.0.0/40, manyhands.http.allow",
    "manyhands.http.max-response, 1B, manyhands.http.max-response",
    "manyhands.data, ' ', manyhands",
    "manyhands.functions.allowed, 'java,shell', 'expected java, python, command or http, got: shell'",
    "server.address, 0.0.0.0, manyhands.functions.allowed",
    "manyhands.security.key-file, /no/such/file, manyhands.security.key-file",
    "manyhands.dta, x, there is no setting manyhands.dta",
    "manyhands.limits.max-bodies, 1MB, there is no setting manyhands.limits.max-bodies",
    "manyhands.pool.extra.kind, threads, there is no setting manyhands.pool.extra.kind",
    "manyhands.pools.threads.worker, 2, there is no setting manyhands.pools.threads.worker",
    "manyhands.pools.processes.limits.memry, 1GB, no setting manyhands.pools.processes.limits.memry",
    "manyhands.data.folder, x, there is no setting manyhands.data.folder",
  })
  void aWrongSettingStopsTheStartAndIsNamed(String name, String value, String said) {
    Throwable cause =
        org.junit.jupiter.api.Assertions.assertThrows(
            Exception.class,
            () -> SpringApplication.run(ManyhandsApplication.class, "--" + name + "=" + value));
    StringBuilder messages = new StringBuilder();
    for (Throwable t = cause; t != null; t = t.getCause()) {
      messages.append(t.getMessage()).append('\n');
    }

    assertThat(messages.toString()).contains(said);
  }
}
