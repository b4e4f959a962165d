package dev.manyhands.web.openapi;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/// The description of the API at `/v3/api-docs`, made when it is first asked for, and the page at
/// `/swagger-ui.html` that reads it.
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration implements WebMvcConfigurer {
  private static final String KEY = "key";

  @Bean
  OpenAPI description(ObjectProvider<BuildProperties> build) {
    BuildProperties built = build.getIfAvailable();
    return new OpenAPI()
        .info(
            new Info()
                .title("Manyhands")
                .version(built == null ? "unknown" : built.getVersion())
                .description(ApiText.INTRODUCTION)
                .license(new License().name("Apache-2.0").identifier("Apache-2.0")))
        // Where the description came from; the request's own host is not repeated in it.
        .servers(List.of(new Server().url("/")))
        .components(
            new Components()
                .addSecuritySchemes(
                    KEY,
                    new SecurityScheme()
                        .type(SecurityScheme.Type.HTTP)
                        .scheme("bearer")
                        .description(
                            "the content of the file that the service names at its start")))
        .addSecurityItem(new SecurityRequirement().addList(KEY));
  }

  @Bean
  GlobalOpenApiCustomizer describer() {
    return OpenApiConfiguration::describe;
  }

  private static void describe(OpenAPI api) {
    Map<String, Op> described = new TreeMap<>();
    Operations.all().forEach(op -> described.put(op.at(), op));
    api.getPaths()
        .forEach((path, item) ->
            item.readOperationsMap()
                .forEach((method, operation) ->
                    describe(described.get(method + " " + path), operation)));
    api.addWebhooks("job", WebhookOperations.sent());
    Map<String, Schema<?>> schemas = Forms.schemas();
    schemas.forEach((name, schema) -> api.getComponents().addSchemas(name, schema));
    nameProblems(Objects.requireNonNull(schemas.get(Forms.name(ProblemForms.Problem.class))));
  }

  private static void nameProblems(Schema<?> problem) {
    Schema<?> type = Objects.requireNonNull((Schema<?>) problem.getProperties().get("type"));
    type.setEnum(null);
    ProblemTypes.all().keySet().forEach(code -> addWord(type, ProblemTypes.PREFIX + code));
  }

  @SuppressWarnings("unchecked")
  private static void addWord(Schema<?> schema, String word) {
    ((Schema<Object>) schema).addEnumItemObject(word);
  }

  /// An operation that nobody has described is shown as its handler is; a test forbids it.
  private static void describe(@org.jspecify.annotations.Nullable Op op, Operation operation) {
    if (op != null) {
      op.describe(operation);
    }
  }

  @Override
  public void addInterceptors(InterceptorRegistry registry) {
    registry.addInterceptor(new PageWalls()).addPathPatterns("/swagger-ui/**", "/swagger-ui.html");
  }
}
