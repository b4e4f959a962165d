package dev.manyhands.pool;

import dev.manyhands.outbound.HttpSettings;
import dev.manyhands.outbound.Outbound;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/// Makes the functions and the pools of the service. A [PoolFactory] bean adds a kind of pool.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({PoolsSettings.class, ThreadSettings.class})
class PoolConfiguration {
  private static final Logger log = LoggerFactory.getLogger(PoolConfiguration.class);

  @Bean
  Functions functions(List<TaskFunction<?, ?>> beans) {
    return Functions.with(beans);
  }

  @Bean(destroyMethod = "close")
  Watchdog watchdog() {
    return new Watchdog();
  }

  @Bean
  HttpCalls httpCalls(Outbound outbound, HttpSettings settings) {
    return new HttpCalls(outbound, settings);
  }

  @Bean
  PoolFactory threadPools(
      Functions functions,
      ThreadSettings threads,
      Watchdog watchdog,
      HttpCalls http,
      ObjectProvider<InstantSource> clocks) {
    InstantSource clock = clocks.getIfAvailable(InstantSource::system);
    return new JavaPools(
        PoolKind.THREADS, new JavaPool.Shared(functions, threads, watchdog, clock, http));
  }

  @Bean
  PoolFactory virtualPools(
      Functions functions,
      ThreadSettings threads,
      Watchdog watchdog,
      HttpCalls http,
      ObjectProvider<InstantSource> clocks) {
    InstantSource clock = clocks.getIfAvailable(InstantSource::system);
    return new JavaPools(
        PoolKind.VIRTUAL, new JavaPool.Shared(functions, threads, watchdog, clock, http));
  }

  /// Opened when they are first asked for: a node whose chunks run elsewhere needs none of its own.
  @Bean(destroyMethod = "close")
  @Lazy
  Pools pools(PoolsSettings settings, List<PoolFactory> factories, Functions functions) {
    List<WorkerPool> pools = new ArrayList<>();
    settings
        .pools()
        .forEach((name, pool) ->
            factory(factories, pool.poolKind())
                .ifPresentOrElse(
                    factory -> pools.add(factory.open(name, pool)),
                    () ->
                        log.warn(
                            "pool {} is left out: this service has no {}", name, pool.kind())));
    return new Pools(pools, functions);
  }

  private static Optional<PoolFactory> factory(List<PoolFactory> factories, PoolKind kind) {
    return factories.stream().filter(factory -> factory.kind() == kind).findFirst();
  }

  /// Makes pools of threads of this JVM.
  private record JavaPools(PoolKind kind, JavaPool.Shared shared) implements PoolFactory {
    @Override
    public WorkerPool open(String name, PoolSettings settings) {
      return switch (kind) {
        case THREADS -> new ThreadPool(name, settings.size(), shared);
        case VIRTUAL -> new VirtualPool(name, settings.size(), shared);
        case PROCESSES -> throw new IllegalStateException("no threads: " + kind);
      };
    }
  }
}
