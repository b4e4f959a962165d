package dev.manyhands.security;

import jakarta.servlet.DispatcherType;
import java.nio.file.Path;
import java.util.Set;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.context.NullSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.security.web.header.writers.StaticHeadersWriter;

/// The wall in front of every request: this machine only unless the operator says what others may
/// run, no foreign page, and the key for all but health.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({FunctionSettings.class, KeySettings.class, SecuritySettings.class})
class SecurityConfiguration {
  /// What a browser asks for before the key can be typed in: the same for everyone, without
  /// secrets.
  private static final String[] DESCRIPTION = {
    "/v3/api-docs",
    "/v3/api-docs.yaml",
    "/v3/api-docs/swagger-config",
    "/swagger-ui.html",
    "/swagger-ui/*"
  };

  private static final Set<String> HOSTS = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

  /// Not made where the start would be unsafe.
  @Bean
  Reachability reachability(ServerProperties server, FunctionSettings functions) {
    Reachability reachability = Reachability.of(server.getAddress());
    reachability.check(server.getAddress(), functions.allowed());
    return reachability;
  }

  @Bean
  AllowedKinds allowedKinds(FunctionSettings functions) {
    return AllowedKinds.of(functions.allowed());
  }

  @Bean
  AdminKey adminKey(SecuritySettings settings, KeySettings given, Reachability safe) {
    KeyFile own = new KeyFile(settings.data());
    Path file = given.keyFile();
    if (file == null) {
      return own.readOrCreate();
    }
    AdminKey key = KeyFile.readGiven(file);
    own.makeFolder();
    return key;
  }

  @Bean
  SecurityFilterChain wall(HttpSecurity http, AdminKey key) {
    return http.authorizeHttpRequests(paths ->
            paths
                // What was let in may end: the answer to an error is a second dispatch.
                .dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.ASYNC)
                .permitAll()
                .requestMatchers("/actuator/health", "/actuator/health/*")
                .permitAll()
                .requestMatchers(HttpMethod.GET, DESCRIPTION)
                .permitAll()
                .anyRequest()
                .authenticated())
        .addFilterBefore(new ForeignSiteFilter(), SecurityContextHolderFilter.class)
        .addFilterBefore(new KeyFilter(key), AuthorizationFilter.class)
        .exceptionHandling(answers ->
            answers
                .authenticationEntryPoint((req, response, e) -> Wall.NO_KEY.write(response))
                .accessDeniedHandler((req, response, e) -> Wall.FORBIDDEN.write(response)))
        .headers(headers ->
            headers
                .defaultsDisabled()
                .contentTypeOptions(Customizer.withDefaults())
                // Kept by a client at most, and asked for again: an ETag says whether it changed.
                .addHeaderWriter(new StaticHeadersWriter("Cache-Control", "private, no-cache")))
        // Nobody logs in: what a session or its absence costs is spared.
        .sessionManagement(AbstractHttpConfigurer::disable)
        .securityContext(
            context -> context.securityContextRepository(new NullSecurityContextRepository()))
        // A key in a header is not sent by a browser on its own, so nothing can be forged.
        .csrf(AbstractHttpConfigurer::disable)
        .cors(AbstractHttpConfigurer::disable)
        .formLogin(AbstractHttpConfigurer::disable)
        .httpBasic(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .anonymous(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .servletApi(AbstractHttpConfigurer::disable)
        .build();
  }

  /// A page that has its own name point to 127.0.0.1 still sends its own name as the host. On a
  /// network the service has names that it does not know.
  @Bean
  StrictHttpFirewall firewall(Reachability reachability) {
    StrictHttpFirewall firewall = new StrictHttpFirewall();
    switch (reachability) {
      case LOOPBACK -> firewall.setAllowedHostnames(HOSTS::contains);
      case PUBLIC -> firewall.setAllowedHostnames(host -> true);
    }
    // The default asks a regular expression about each header that is read.
    firewall.setAllowedHeaderNames(SecurityConfiguration::isPrintable);
    firewall.setAllowedHeaderValues(SecurityConfiguration::isPrintable);
    return firewall;
  }

  private static boolean isPrintable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) && c != '\t') {
        return false;
      }
    }
    return true;
  }

  @Bean
  RequestRejectedHandler rejected() {
    return (request, response, e) -> Wall.BAD_REQUEST.write(response);
  }

  /// An observation of every filter would cost more than all of them.
  @Bean
  SecurityObservationSettings noObservations() {
    return SecurityObservationSettings.noObservations();
  }
}
