package dev.manyhands.web;

import dev.manyhands.json.JobReader;
import dev.manyhands.json.Limits;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/// Puts the room together.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({LimitsSettings.class, FollowSettings.class})
class WebConfiguration implements WebMvcConfigurer {
  /// What every node turns down by itself is not passed on to another one first.
  static final int TURNS_DOWN = 1;

  static final int PASSES_ON = 2;

  @Bean
  Limits limits(LimitsSettings settings) {
    return settings.limits();
  }

  @Bean
  JobReader jobReader(Limits limits) {
    return new JobReader(limits);
  }

  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> endableUploads() {
    return factory -> factory.setProtocol(EndableProtocol.class.getName());
  }

  /// A body that streams in may pause for longer than a client may take to begin its request.
  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> patientUploads(
      LimitsSettings settings) {
    return factory ->
        factory.addConnectorCustomizers(connector -> {
          connector.setProperty("disableUploadTimeout", "false");
          connector.setProperty(
              "connectionUploadTimeout", String.valueOf(settings.maxPause().toMillis()));
        });
  }

  @Override
  public void addInterceptors(InterceptorRegistry registry) {
    registry.addInterceptor(new AcceptedTypes()).addPathPatterns("/v1/**").order(TURNS_DOWN);
    registry.addInterceptor(new KnownParameters()).addPathPatterns("/v1/**").order(TURNS_DOWN);
  }

  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> lateAnswers() {
    return factory ->
        factory.addContextCustomizers(
            context -> context.getParent().getPipeline().addValve(new LateAnswer.Exit()));
  }

  /// Comes last, and so stands nearer to what fails than the page that Spring Boot puts there.
  @Bean
  @Order(Ordered.LOWEST_PRECEDENCE)
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> serverProblems() {
    return factory ->
        factory.addContextCustomizers(
            context -> context.getParent().getPipeline().addValve(new ServerProblems()));
  }
}
