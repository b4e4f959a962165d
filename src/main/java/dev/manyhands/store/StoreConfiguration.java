package dev.manyhands.store;

import java.time.Instant;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// PostgreSQL if its address is given, else SQLite in the data folder.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
  StoreSettings.class,
  DatabaseAddress.class,
  PostgresSettings.class,
  LeaseSettings.class
})
class StoreConfiguration {

  @Bean
  SqlJobStore jobStore(
      StoreSettings settings,
      DatabaseAddress address,
      PostgresSettings postgres,
      LeaseSettings lease) {
    return address.url() == null
        ? SqliteJobStore.open(settings.folder(), 0, settings.largeValueBytes())
        : PostgresJobStore.open(address, postgres, lease.lease(), settings.largeValueBytes());
  }

  @Bean
  Outbox outbox(SqlJobStore store) {
    return store.outbox();
  }

  @Bean
  Nodes nodes(SqlJobStore store) {
    return switch (store) {
      case SqliteJobStore sqlite ->
          new SingleNode(sqlite.node(), sqlite::unfinished, Instant.now());
      case PostgresJobStore postgres -> postgres.nodes();
    };
  }
}
