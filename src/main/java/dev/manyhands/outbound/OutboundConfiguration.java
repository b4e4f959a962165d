package dev.manyhands.outbound;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Puts the room together.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HttpSettings.class)
class OutboundConfiguration {
  @Bean(destroyMethod = "close")
  Outbound outbound(HttpSettings settings) {
    return Outbound.open(settings);
  }
}
