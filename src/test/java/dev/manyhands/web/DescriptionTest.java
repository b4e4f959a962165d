package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import dev.manyhands.web.Description.Operation;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
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
import org.junit.jupiter.api.io.TempDir;
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
          + " Forms), and a real request for it in one of the Real* classes.";

  private static final String NOT_TO_BREAK =
      "nothing in it can be made to fail; that a mistake of ours is told so is seen elsewhere";

  /// Answers and fields that are described and not seen here, and why.
  private static final Map<String, String> UNSEEN =
      Map.of(
          "GET /v1/functions 500 internal",
          NOT_TO_BREAK,
          "GET /v1/info 500 internal",
          NOT_TO_BREAK,
          "GET /v1/pools 500 internal",
          NOT_TO_BREAK,
          "GET /v1/pools/{name} 500 internal",
          NOT_TO_BREAK,
          "PATCH /v1/pools/{name} 500 internal",
          NOT_TO_BREAK,
          "GET /v1/jobs/{id}/events 200 text/event-stream ProblemEvent",
          "only if the job is removed in the moment in which its end is told",
          "Node.leaseLeft",
          "of nodes that share a PostgreSQL database: ForwardApiTest",
          "Node.workers",
          "of nodes that share a RabbitMQ: WorkersElsewhereTest");

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
  void realAnswersAreAsDescribedAndEverythingThatIsDescribedIsSeen(@TempDir Path folder)
      throws Exception {
    SentRequests requests = new SentRequests(api);
    new RealRequests(api, requests).all();
    new RealStreams(api, requests).all();
    new RealConflicts(api, requests).all();
    TurnedDown turnedDown = new TurnedDown(api, requests);
    for (Operation operation : description.operations()) {
      turnedDown.all(operation);
    }
    turnedDown.end();
    List<SentRequests.Sent> all = new ArrayList<>(requests.all());
    all.addAll(new RealTroubles(folder, description.operations()).all());

    List<String> faults = new ArrayList<>();
    for (SentRequests.Sent sent : all) {
      Operation operation = description.operation(sent.operation());
      faults.addAll(description.faults(operation, sent.answer()));
      if (sent.body() != null && !sent.answer().isRefusal()) {
        JsonNode media =
            operation
                .says()
                .path("requestBody")
                .path("content")
                .get(sent.type().replaceAll(";.*", ""));
        faults.addAll(description.taken(sent.type(), media.get("schema"), sent.body()));
      }
    }
    for (String event : requests.events()) {
      faults.addAll(description.told(event));
    }

    Set<String> unseen = new TreeSet<>(description.answers());
    unseen.addAll(description.fields());
    unseen.removeAll(description.answered());
    unseen.removeAll(description.seen());
    assertAll(
        () -> assertThat(new TreeSet<>(faults)).as("what is not as described. " + HOW).isEmpty(),
        () ->
            assertThat(unseen)
                .as(
                    "what is described and was not seen: send a request for it or, if it can never"
                        + " come, describe it no more. "
                        + HOW)
                .isEqualTo(new TreeSet<>(UNSEEN.keySet())));
  }

  /// Some come before it is known which operation is meant.
  @Test
  void everyTypeOfProblemIsOneOfAnOperationOrOfTheServer() throws Exception {
    Set<String> ofOperations = new TreeSet<>();
    for (String answer : description.answers()) {
      ofOperations.add(answer.substring(answer.lastIndexOf(' ') + 1));
    }
    Set<String> others = description.problemTypes();
    others.removeAll(ofOperations);

    Set<String> seen = new TreeSet<>();
    for (String request :
        List.of(
            "TRACE /v1/info HTTP/1.1\r\n",
            "GET /v1/info HTTP/9.1\r\n",
            "POST /v1/jobs HTTP/1.1\r\nTransfer-Encoding: weird\r\n",
            "POST /v1/jobs HTTP/1.1\r\nExpect: something\r\n")) {
      JsonNode problem = Api.MAPPER.readTree(raw(request).body());
      seen.add(problem.get("type").stringValue().substring("/problems/".length()));
    }

    assertThat(seen).isEqualTo(others);
  }

  private Answer raw(String head) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port())) {
      String request =
          "%sHost: localhost\r\nConnection: close\r\nAuthorization: Bearer %s\r\n\r\n"
              .formatted(head, api.key());
      socket.getOutputStream().write(request.getBytes(UTF_8));
      return Answer.raw(new String(socket.getInputStream().readAllBytes(), UTF_8));
    }
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
