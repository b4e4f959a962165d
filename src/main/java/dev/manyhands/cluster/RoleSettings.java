package dev.manyhands.cluster;

import jakarta.validation.constraints.Pattern;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// What this node does.
///
/// @param roles `api` (takes jobs over HTTP and owns them), `worker` (runs chunks), or both
@Validated
@ConfigurationProperties("manyhands")
record RoleSettings(
    @DefaultValue("api,worker")
        @Pattern(
            regexp = "api|worker|api,worker|worker,api",
            message = "expected api, worker or both with a comma, got: ${validatedValue}")
        String roles) {
  /// Holds where this node owns jobs.
  static final String IS_API = "'${manyhands.roles:api,worker}'.contains('api')";

  /// Holds where this node runs chunks.
  static final String IS_WORKER = "'${manyhands.roles:api,worker}'.contains('worker')";

  List<String> all() {
    return List.of(roles.split(","));
  }
}
