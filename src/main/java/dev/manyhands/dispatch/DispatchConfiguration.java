package dev.manyhands.dispatch;

import dev.manyhands.json.Limits;
import dev.manyhands.outbound.Outbound;
import dev.manyhands.pool.Functions;
import dev.manyhands.pool.Pools;
import dev.manyhands.pool.Python;
import dev.manyhands.security.AllowedKinds;
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
  Placing placing(
      Pools pools, Functions functions, Outbound outbound, Python python, AllowedKinds allowed) {
    return new Placing(pools, functions, outbound, python, allowed);
  }

  @Bean
  Dispatch dispatch(
      DispatchSettings settings,
      Pools pools,
      Placing placing,
      JobStore store,
      Limits limits,
      ObjectProvider<LimitsNode> limitsNode,
      ObjectProvider<JobListener> listeners,
      ObjectProvider<InstantSource> clocks) {
    List<JobListener> all = listeners.orderedStream().toList();
    LimitsNode node = limitsNode.getIfAvailable(() -> LimitsNode.SELF);
    InstantSource clock = clocks.getIfAvailable(InstantSource::system);
    return new Dispatch(settings, pools, placing, store, limits, node, all, clock);
  }

  @Bean
  Grace grace(Dispatch dispatch, DispatchSettings settings) {
    return new Grace(dispatch, settings.grace());
  }

  @Bean
  JobService jobService(Dispatch dispatch) {
    return dispatch.service();
  }

  @Bean
  OpenJobs openJobs(Dispatch dispatch) {
    return dispatch.openJobs();
  }

  @Bean
  Listing listing(Dispatch dispatch) {
    return dispatch.listing();
  }

  @Bean
  LimitService limitService(Dispatch dispatch) {
    return dispatch.limitService();
  }

  @Bean
  TaskService taskService(Dispatch dispatch) {
    return dispatch.taskService();
  }

  @Bean
  StagedJobs stagedJobs(Dispatch dispatch) {
    return dispatch.stagedJobs();
  }

  @Bean
  Whereabouts whereabouts(Dispatch dispatch) {
    return dispatch.whereabouts();
  }

  @Bean
  PoolService poolService(Dispatch dispatch) {
    return dispatch.poolService();
  }
}
