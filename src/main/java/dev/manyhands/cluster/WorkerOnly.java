package dev.manyhands.cluster;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;

/// Leaves out what a node needs that owns jobs, where this one only runs chunks: it opens no store,
/// knows no database, and serves its health and metrics alone.
final class WorkerOnly extends TypeExcludeFilter {
  private static final List<String> ROOMS =
      Stream.of("store", "dispatch", "metrics", "web", "webhook")
          .map(room -> "dev.manyhands." + room + ".")
          .toList();

  /// Makes it known before classes are looked for.
  static final class Initializer
      implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    @Override
    public void initialize(ConfigurableApplicationContext context) {
      Environment settings = context.getEnvironment();
      if (settings.getProperty("manyhands.cluster.enabled", Boolean.class, false)
          && settings.getProperty("manyhands.roles", "").equals("worker")) {
        context.getBeanFactory().registerSingleton("workerOnly", new WorkerOnly());
      }
    }
  }

  @Override
  public boolean match(MetadataReader found, MetadataReaderFactory readers) {
    String name = found.getClassMetadata().getClassName();
    return ROOMS.stream().anyMatch(name::startsWith);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof WorkerOnly;
  }

  @Override
  public int hashCode() {
    return WorkerOnly.class.hashCode();
  }
}
