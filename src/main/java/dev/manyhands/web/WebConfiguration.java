package dev.manyhands.web;

import dev.manyhands.json.JobReader;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Puts the room together.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(LimitsSettings.class)
class WebConfiguration {
  @Bean
  JobReader jobReader(LimitsSettings settings) {
    return new JobReader(settings.limits());
  }
}
