package dev.manyhands.web;

import dev.manyhands.dispatch.Whereabouts;
import dev.manyhands.job.Bounds;
import dev.manyhands.store.LeaseSettings;
import dev.manyhands.store.Nodes;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.DefaultClientConnectionReuseStrategy;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/// Puts together how requests are passed on to other nodes, where there are others.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ForwardSettings.class)
class ForwardConfiguration {
  /// A node that does not even take a connection in this time is gone, or as good as.
  private static final Duration CONNECT = Duration.ofSeconds(2);

  /// Longer than any answer is waited for.
  private static final Duration ANSWER = Duration.ofSeconds(Prefer.MAX_SECONDS + 30);

  private static final TimeValue KEPT = TimeValue.ofSeconds(5);

  /// A follower's connection holds one of each for as long as it follows.
  private static final int BUFFER_BYTES = 2048;

  @Bean
  Bounds forwardBounds(ForwardSettings settings, LeaseSettings lease, Nodes nodes) {
    return () ->
        nodes.isShared()
            ? Map.of(
                "max-forwards",
                (long) settings.maxForwards(),
                "lease-seconds",
                Math.ceilDiv(lease.lease().toMillis(), 1000L))
            : Map.of();
  }

  @Bean
  EarlyAnswers earlyAnswers() {
    return new EarlyAnswers();
  }

  @Bean
  Relay relay(
      CloseableHttpClient nodeClient,
      EarlyAnswers early,
      Nodes nodes,
      Readers readers,
      Uploads uploads,
      LeaseSettings lease,
      MeterRegistry registry) {
    return new Relay(nodeClient, early, nodes, readers, uploads, lease, registry);
  }

  @Bean
  NodeCalls nodeCalls(CloseableHttpClient nodeClient, Nodes nodes) {
    return new NodeCalls(nodeClient, nodes);
  }

  @Bean
  CloseableHttpClient nodeClient(
      ForwardSettings settings, FollowSettings following, EarlyAnswers early) {
    Duration silence = following.heartbeat().multipliedBy(3);
    Duration answer = silence.compareTo(ANSWER) > 0 ? silence : ANSWER;
    return HttpClients.custom()
        .setConnectionManager(
            PoolingHttpClientConnectionManagerBuilder.create()
                .setConnectionFactory(
                    ManagedHttpClientConnectionFactory.builder()
                        .http1Config(
                            Http1Config.custom()
                                .setBufferSize(BUFFER_BYTES)
                                .setChunkSizeHint(BUFFER_BYTES)
                                .build())
                        // Who is turned down in the middle of a body is told so then.
                        .responseOutOfOrderStrategy(early)
                        .build())
                .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.LAX)
                .setMaxConnTotal(settings.maxForwards())
                .setMaxConnPerRoute(settings.maxForwards())
                .setDefaultConnectionConfig(
                    ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(CONNECT))
                        .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                        .build())
                .build())
        .setKeepAliveStrategy((_, _) -> KEPT)
        .setConnectionReuseStrategy((request, response, context) ->
            early.isWhole()
                && DefaultClientConnectionReuseStrategy.INSTANCE.keepAlive(
                    request, response, context))
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setConnectionRequestTimeout(Timeout.of(CONNECT))
                .setResponseTimeout(Timeout.of(answer))
                .setAuthenticationEnabled(false)
                .setProtocolUpgradeEnabled(false)
                .build())
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .disableCookieManagement()
        .disableAuthCaching()
        .disableContentCompression()
        .disableDefaultUserAgent()
        .evictIdleConnections(KEPT)
        .build();
  }

  /// Where there is one node, a request pays nothing for this.
  @Bean
  WebMvcConfigurer forwarding(Nodes nodes, Whereabouts whereabouts, Relay relay, Uploads uploads) {
    return new WebMvcConfigurer() {
      @Override
      public void addInterceptors(InterceptorRegistry registry) {
        if (nodes.isShared()) {
          registry
              .addInterceptor(new Forwarding(nodes, whereabouts, relay, uploads))
              .addPathPatterns("/v1/jobs", "/v1/jobs/**", "/v1/limits", "/v1/limits/**")
              .order(WebConfiguration.PASSES_ON);
        }
      }
    };
  }
}
