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
  void everyBodyAndEveryAnswerHasExamplesAndTheyFit() {
    List<String> faults = new ArrayList<>();
    for (Operation operation : description.operations()) {
      Map<String, JsonNode> contents = new TreeMap<>();
      contents.put("request", operation.says().path("requestBody").path("content"));
      operation
          .says()
          .path("responses")
          .forEachEntry((status, said) -> {
            if (status.startsWith("2")) {
              contents.put(status, said.path("content"));
            }
          });
      contents.forEach((where, content) ->
          content.forEachEntry((type, media) -> {
            List<String> found = faults(type, media);
            found.forEach(fault -> faults.add(operation + " " + where + " " + type + ": " + fault));
          }));
    }
    assertThat(faults).isEmpty();
    assertThat(description.told(description.toldExample())).isEmpty();
  }

  private List<String> faults(String type, JsonNode media) {
    List<JsonNode> examples = Description.examples(media);
    List<String> faults = new ArrayList<>();
    if (examples.isEmpty()) {
      faults.add("there is no example");
    }
    for (JsonNode example : examples) {
      if (Streamed.is(type)) {
        Streamed stream = Streamed.of(type, example.stringValue());
        faults.addAll(description.streamed(media.get("schema"), stream));
      } else {
        faults.addAll(description.faults(media.get("schema"), example.toString()));
      }
    }
    return faults;
  }

  @Test
  void everyStreamHasAnExampleOfAHeartbeat() {
    List<String> without = new ArrayList<>();
    for (Operation operation : description.operations()) {
      operation
          .says()
          .at("/responses/200/content")
          .forEachEntry((type, media) -> {
            if (Streamed.is(type)
                && Description.examples(media).stream()
                    .allMatch(one -> Streamed.of(type, one.stringValue()).heartbeats() == 0)) {
              without.add(operation + " " + type);
            }
          });
    }
    assertThat(without).isEmpty();
  }

  @Test
  void everyExampleOfABodyIsTaken() throws Exception {
    List<String> faults = new ArrayList<>();
    ExampleRequests requests = new ExampleRequests(api);
    int sent = 0;
    for (Operation operation : description.operations()) {
      for (HttpResponse<String> answer : requests.send(operation)) {
        sent++;
        faults.addAll(description.faults(operation, Answer.of(answer)));
        if (answer.statusCode() >= 300) {
          faults.add(operation + " answers an example with " + answer.body());
        }
      }
    }
    assertThat(faults).isEmpty();
    assertThat(sent).isGreaterThan(15);
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
