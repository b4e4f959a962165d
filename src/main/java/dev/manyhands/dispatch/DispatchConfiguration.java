package dev.manyhands.dispatch;

import dev.manyhands.pool.Functions;
import dev.manyhands.pool.Pools;
import dev.manyhands.store.JobStore;
import java.time.InstantSource;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Puts the room together.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DispatchSettings.class)
class DispatchConfiguration {
  @Bean
  Dispatch dispatch(
      DispatchSettings settings,
      Pools pools,
      Functions functions,
      JobStore store,
      ObjectProvider<JobListener> listeners) {
    List<JobListener> all = listeners.orderedStream().toList();
    return new Dispatch(settings, pools, functions, store, all, InstantSource.system());
  }

  @Bean
  JobService jobService(Dispatch dispatch) {
    return dispatch.service();
  }

  @Bean
  PoolService poolService(Dispatch dispatch) {
    return dispatch.poolService();
  }
}
