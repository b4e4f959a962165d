package dev.manyhands.store;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StoreSettings.class)
class StoreConfiguration {

  @Bean
  SqliteJobStore jobStore(StoreSettings settings) {
    return SqliteJobStore.open(settings.folder(), 0, settings.largeValueBytes());
  }

  @Bean
  Outbox outbox(SqliteJobStore store) {
    return store.outbox();
  }
}
