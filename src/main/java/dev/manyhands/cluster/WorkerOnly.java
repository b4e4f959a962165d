package dev.manyhands.cluster;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
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

  /// How this node's own pools are is told here too.
  private static final Set<String> KEPT =
      Set.of("dev.manyhands.metrics.PoolMetrics", "dev.manyhands.metrics.PoolHealth");

  /// Makes it known before classes are looked for.
  static final class Initializer
      implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    @Override
    public void initialize(ConfigurableApplicationContext context) {
      Environment settings = context.getEnvironment();
      String roles = settings.getProperty("manyhands.roles", "");
      if (!settings.getProperty("manyhands.cluster.enabled", Boolean.class, false)) {
        refuseOneRole(roles);
      } else if (roles.equals("worker")) {
        context.getBeanFactory().registerSingleton("workerOnly", new WorkerOnly());
      }
    }
  }

  private static void refuseOneRole(String roles) {
    if (roles.equals("api") || roles.equals("worker")) {
      throw new InvalidConfigurationPropertyValueException(
          "manyhands.roles",
          roles,
          "expected it together with manyhands.cluster.enabled=true: a node that works with no"
              + " others takes jobs and runs them");
    }
  }

  @Override
  public boolean match(MetadataReader found, MetadataReaderFactory readers) {
    String name = found.getClassMetadata().getClassName();
    return ROOMS.stream().anyMatch(name::startsWith) && !KEPT.contains(name);
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
