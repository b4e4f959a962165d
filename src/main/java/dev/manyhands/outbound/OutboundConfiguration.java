package dev.manyhands.outbound;

import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Puts the room together.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HttpSettings.class)
class OutboundConfiguration {
  @Bean(destroyMethod = "close")
  SystemLookup systemLookup(HttpSettings settings) {
    return new SystemLookup(settings.connectTimeout().toNanos());
  }

  @Bean(destroyMethod = "close")
  Outbound outbound(HttpSettings settings, SystemLookup lookup) throws NoSuchAlgorithmException {
    return new Outbound(settings, lookup, SSLContext.getDefault());
  }
}
