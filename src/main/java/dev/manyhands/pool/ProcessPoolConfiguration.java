package dev.manyhands.pool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/// Finds the Python of the service, and makes its pools of worker processes.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({PythonSettings.class, ProcessSettings.class, SandboxSettings.class})
class ProcessPoolConfiguration {
  private static final Logger log = LoggerFactory.getLogger(ProcessPoolConfiguration.class);

  @Bean
  Python python(PythonSettings settings, Sandbox sandbox) {
    return switch (Python.find(settings.executable())) {
      case Python.Found found -> found.with(settings.path());
      case Python.Missing missing -> {
        log.warn("Python functions are unavailable: {}", missing.reason());
        yield sandbox.isHardened() ? missing.withoutWalls() : missing;
      }
    };
  }

  @Bean
  Sandbox sandbox(SandboxSettings settings, PythonSettings python, Environment environment) {
    // The store's own setting, and its default: the house lets pools know nothing of the store.
    Path data = Path.of(environment.getProperty("manyhands.data", "./data"));
    Sandbox sandbox = new Sandbox(settings.reading(python.path()), List.of(data));
    if (!sandbox.isHardened()) {
      log.warn("task code runs without a sandbox and may do whatever the service's user may");
    }
    return sandbox;
  }

  @Bean
  WallsTrial wallsTrial(Python python, Sandbox sandbox) {
    return new WallsTrial(python, sandbox);
  }

  @Bean
  PoolFactory processPools(
      Python python,
      ProcessSettings settings,
      Sandbox sandbox,
      Watchdog watchdog,
      WallsTrial trial) {
    return new ProcessPools(settings, new ProcessPool.Shared(python, sandbox, watchdog), trial);
  }

  private record ProcessPools(
      ProcessSettings processes, ProcessPool.Shared shared, WallsTrial trial)
      implements PoolFactory {
    @Override
    public PoolKind kind() {
      return PoolKind.PROCESSES;
    }

    @Override
    public WorkerPool open(String name, PoolSettings settings) {
      trial.begin();
      try {
        return new ProcessPool(name, settings.size(), processes.of(settings), shared);
      } catch (IOException e) {
        throw new UncheckedIOException("pool " + name + " finds no place for its processes", e);
      }
    }
  }
}
