package dev.manyhands.pool;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Finds the Python of the service, and makes its pools of worker processes.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({PythonSettings.class, ProcessSettings.class})
class ProcessPoolConfiguration {
  private static final Logger log = LoggerFactory.getLogger(ProcessPoolConfiguration.class);

  @Bean
  Python python(PythonSettings settings) {
    Python python = Python.find(settings.executable());
    if (python instanceof Python.Missing missing) {
      log.warn("Python functions are unavailable: {}", missing.reason());
    }
    return python instanceof Python.Found found ? found.with(settings.path()) : python;
  }

  @Bean
  PoolFactory processPools(Python python, ProcessSettings settings, Watchdog watchdog) {
    return new ProcessPools(python, settings, watchdog);
  }

  private record ProcessPools(Python python, ProcessSettings processes, Watchdog watchdog)
      implements PoolFactory {
    @Override
    public PoolKind kind() {
      return PoolKind.PROCESSES;
    }

    @Override
    public WorkerPool open(String name, PoolSettings settings) {
      try {
        ProcessSettings own = processes.recycling(settings.recycleAfterTasks());
        return new ProcessPool(name, settings.size(), python, own, watchdog);
      } catch (IOException e) {
        throw new UncheckedIOException("pool " + name + " finds no place for its processes", e);
      }
    }
  }
}
