package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.web.Description.Operation;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/// What `/v3/api-docs` says is so: every endpoint, parameter, status and field, no more, no less.
@ExtendWith(ApiExtension.class)
class DescriptionTest {
  private static final String HOW =
      "Describe it: an Op in the class of its theme in dev.manyhands.web.openapi (a new class goes"
          + " into Operations), its JSON as a record in a *Forms class there (a new one goes into"
          + " Forms), and a real request for it in RealRequests.";

  /// Fields of answers that a service with all of its parts does not give.
  private static final Set<String> OUT_OF_REACH =
      Set.of("Kind.reason", "Node.leaseLeft", "Node.workers", "Pool.problem", "EventData.reason");

  private final Api api;
  private final Description description;

  DescriptionTest(Api api) throws Exception {
    this.api = api;
    this.description = new Description(Api.json(withoutKey("/v3/api-docs")));
  }

  private HttpResponse<String> withoutKey(String path) throws Exception {
    return api.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path)));
  }

  @Test
  void everyEndpointIsDescribedAndNoOther() {
    Map<String, Set<String>> there = endpoints();
    Map<String, Set<String>> described = new TreeMap<>();
    for (Operation operation : description.operations()) {
      if (operation.says().has("summary")) {
        described.put(operation.toString(), queries(operation));
      }
    }

    assertThat(described.keySet()).as(HOW).isEqualTo(there.keySet());
    assertThat(described).as("query parameters by endpoint. " + HOW).isEqualTo(there);
  }

  private static Set<String> queries(Operation operation) {
    Set<String> queries = new TreeSet<>();
    for (JsonNode parameter : operation.says().path("parameters")) {
      if (parameter.get("in").stringValue().equals("query")) {
        queries.add(parameter.get("name").stringValue());
      }
    }
    return queries;
  }

  /// Method and path of every handler under `/v1`, with its query parameters.
  private Map<String, Set<String>> endpoints() {
    Map<String, Set<String>> endpoints = new TreeMap<>();
    RequestMappingHandlerMapping mappings =
        Objects.requireNonNull(api.bean(DispatcherServlet.class).getHandlerMappings()).stream()
            .filter(mapping -> mapping.getClass() == RequestMappingHandlerMapping.class)
            .map(RequestMappingHandlerMapping.class::cast)
            .findFirst()
            .orElseThrow();
    mappings
        .getHandlerMethods()
        .forEach((mapping, method) -> {
          for (String path : paths(mapping)) {
            mapping
                .getMethodsCondition()
                .getMethods()
                .forEach(verb ->
                    endpoints
                        .computeIfAbsent(verb + " " + path, _ -> new TreeSet<>())
                        .addAll(parameters(method.getMethodParameters())));
          }
        });
    return endpoints;
  }

  private static List<String> paths(RequestMappingInfo mapping) {
    return mapping.getPatternValues().stream().filter(path -> path.startsWith("/v1/")).toList();
  }

  private static List<String> parameters(MethodParameter[] all) {
    return Arrays.stream(all)
        .filter(parameter -> parameter.hasParameterAnnotation(RequestParam.class))
        .peek(
            parameter -> parameter.initParameterNameDiscovery(new DefaultParameterNameDiscoverer()))
        .map(parameter -> {
          String name =
              Objects.requireNonNull(parameter.getParameterAnnotation(RequestParam.class)).name();
          return name.isEmpty() ? String.valueOf(parameter.getParameterName()) : name;
        })
        .toList();
  }

  @Test
  void realAnswersAreAsDescribedAndHaveEveryField() throws Exception {
    List<String> faults = new ArrayList<>();
    Set<String> untried = new TreeSet<>();
    description.operations().forEach(operation -> untried.add(operation.toString()));

    SentRequests requests = new SentRequests(api);
    new RealRequests(api, requests).all();
    new RealStreams(api, requests).all();
    for (SentRequests.Sent sent : requests.all()) {
      Operation operation = description.operation(sent.operation());
      untried.remove(operation.toString());
      faults.addAll(description.faults(operation, sent.answer()));
      if (sent.body() != null) {
        JsonNode schema = operation.says().at("/requestBody/content/application~1json/schema");
        if (!sent.answer().isRefusal()) {
          faults.addAll(description.faults(schema, sent.body()));
          description.note(schema, Api.MAPPER.readTree(sent.body()));
        }
      }
    }

    for (String event : requests.events()) {
      faults.addAll(description.told(event));
    }

    assertThat(faults).as("answers that are not as described. " + HOW).isEmpty();
    assertThat(untried).as("operations without a real request. " + HOW).isEmpty();
    Set<String> neverSeen = description.fields();
    neverSeen.removeAll(description.seen());
    neverSeen.removeAll(OUT_OF_REACH);
    assertThat(neverSeen).as("fields that no real request or answer had. " + HOW).isEmpty();
  }

  @Test
  void everyStreamIsDescribedByItsPartsAndHasAnExampleOfThem() {
    List<String> faults = new ArrayList<>();
    for (Operation operation : description.operations()) {
      operation
          .says()
          .path("responses")
          .forEachEntry((status, response) ->
              response
                  .path("content")
                  .forEachEntry((type, media) -> {
                    if (Streamed.is(type)) {
                      Streamed example = Streamed.of(type, media.path("example").asString(""));
                      if (example.parts().isEmpty() || example.heartbeats() == 0) {
                        faults.add(operation + " has no example of " + type + " with a heartbeat");
                      }
                      faults.addAll(description.streamed(media.get("schema"), example));
                    }
                  }));
    }
    assertThat(faults).isEmpty();
  }

  @Test
  void everyExampleFitsItsSchemaAndIsTaken() throws Exception {
    List<String> faults = new ArrayList<>();
    for (Operation operation : description.operations()) {
      operation
          .says()
          .path("requestBody")
          .path("content")
          .forEachEntry((_, media) ->
              examples(media)
                  .forEach(example ->
                      faults.addAll(description.faults(media.get("schema"), example.toString()))));
      operation
          .says()
          .path("responses")
          .forEachEntry((_, response) ->
              response
                  .path("content")
                  .forEachEntry((_, media) ->
                      examples(media)
                          .forEach(example ->
                              faults.addAll(
                                  description.faults(media.get("schema"), example.toString())))));
    }
    assertThat(faults).isEmpty();

    JsonNode jobs =
        description.operation("POST /v1/jobs").says().at("/requestBody/content/application~1json");
    for (JsonNode example : examples(jobs)) {
      HttpResponse<String> answer = api.post("/v1/jobs", example.toString(), "Prefer", "wait=20");
      assertThat(answer.statusCode()).as(example + " " + answer.body()).isEqualTo(202);
      assertThat(Api.json(answer).get("state").stringValue()).isEqualTo("succeeded");
    }
  }

  private static List<JsonNode> examples(JsonNode media) {
    List<JsonNode> examples = new ArrayList<>();
    if (media.has("example") && media.get("example").isContainer()) {
      examples.add(media.get("example"));
    }
    media.path("examples").forEachEntry((_, example) -> examples.add(example.get("value")));
    return examples;
  }

  @Test
  void thePageNeedsNoKeyAndLoadsNothingFromElsewhere() throws Exception {
    HttpResponse<String> page = withoutKey("/swagger-ui/index.html");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'");
    assertThat(page.body()).doesNotContain("http://", "https://", "//cdn");
    assertThat(withoutKey("/swagger-ui/swagger-ui-bundle.js").statusCode()).isEqualTo(200);
    assertThat(withoutKey("/swagger-ui/swagger-initializer.js").body()).doesNotContain("petstore");
    assertThat(api.get("/swagger-ui/index.html", "Sec-Fetch-Site", "cross-site").statusCode())
        .isEqualTo(403);
  }

  @Test
  void theDescriptionHoldsNothingOfThisMachine() throws Exception {
    String description = withoutKey("/v3/api-docs").body();

    assertThat(description).doesNotContain(api.key(), "127.0.0.1", "localhost", "/tmp");
    assertThat(withoutKey("/v1/info").statusCode()).isEqualTo(401);
  }
}
