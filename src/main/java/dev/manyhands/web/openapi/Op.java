package dev.manyhands.web.openapi;

import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/// One operation of the API in words: what its handler's method does not say.
///
/// Built in one place, by one thread, before the first request for the description.
final class Op {
  static final String JSON = "application/json";
  static final String LINES = "application/jsonl";
  static final String NDJSON = "application/x-ndjson";
  static final String EVENTS = "text/event-stream";
  static final String PROBLEM = "application/problem+json";

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final String at;
  private final String id;
  private final String tag;
  private final String summary;
  private final StringBuilder description = new StringBuilder();
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Map<Integer, ApiResponse> answers = new TreeMap<>();
  private final Map<Integer, List<String>> problems = new TreeMap<>();
  private final Content body = new Content();
  private boolean bodyRequired;

  private Op(String at, String id, String tag, String summary) {
    this.at = at;
    this.id = id;
    this.tag = tag;
    this.summary = summary;
  }

  /// @param at method and path, such as `GET /v1/jobs/{id}`
  /// @param id for generated clients
  /// @param tag under which the page shows it
  static Op of(String at, String id, String tag, String summary) {
    Op op = new Op(at, id, tag, summary);
    if (at.contains("/v1/jobs") || at.contains("/v1/limits") || at.contains("/v1/nodes")) {
      // It looks into the store.
      op.problem(503, "busy");
    }
    if (at.contains("/v1/jobs/{id}") || at.contains("/v1/limits")) {
      op.problem(503, "owner-away");
    }
    return op.problem(400, "bad-request", "invalid-parameter")
        .problem(401, "unauthorized")
        .problem(403, "foreign-site")
        .problem(406, "not-acceptable")
        .problem(500, "internal");
  }

  String at() {
    return at;
  }

  /// Names of the query parameters that are described.
  List<String> queries() {
    return parameters.values().stream()
        .filter(parameter -> parameter.getIn().equals("query"))
        .map(Parameter::getName)
        .sorted()
        .toList();
  }

  Op says(String text) {
    description.append(description.isEmpty() ? "" : "\n\n").append(text);
    return this;
  }

  Op path(String name, Schema<?> schema, String text) {
    return parameter("path", name, schema, text).problem(404, "not-found");
  }

  /// The name of what is made if it is not there.
  Op newName(String name, Schema<?> schema, String text) {
    return parameter("path", name, schema, text);
  }

  Op query(String name, Schema<?> schema, String text) {
    return parameter("query", name, schema, text);
  }

  Op header(String name, Schema<?> schema, String text) {
    return parameter("header", name, schema, text);
  }

  private Op parameter(String in, String name, Schema<?> schema, String text) {
    Parameter parameter = new Parameter().in(in).name(name).schema(schema).description(text);
    parameters.put(name, parameter.required(in.equals("path")));
    return this;
  }

  /// A body that has to come.
  ///
  /// @param examples JSON, each of which the service takes
  Op takes(Class<?> form, String... examples) {
    bodyRequired = true;
    return mayTake(form, examples);
  }

  /// A body that may be left out.
  Op mayTake(Class<?> form, String... examples) {
    return takesAs(JSON, form, examples)
        .problem(400, "malformed-json")
        .problem(413, "too-large")
        .problem(415, "unsupported-media-type")
        .problem(422, "invalid-body");
  }

  /// The same form as another media type.
  Op takesAs(String type, Class<?> form, String... examples) {
    body.addMediaType(type, media(Shapes.form(form), examples));
    return this;
  }

  /// JSON lines, under each of their names.
  ///
  /// @param lines the array of them
  Op takesLines(Schema<?> lines, String example) {
    body.addMediaType(LINES, new MediaType().schema(lines).example(example));
    body.addMediaType(NDJSON, new MediaType().schema(lines).example(example));
    return this;
  }

  /// @param examples JSON, each of which fits the form
  Op answers(int status, String text, Class<?> form, String... examples) {
    return answersAs(status, text, JSON, Shapes.form(form), examples);
  }

  Op answersAs(int status, String text, String type, Schema<?> schema, String... examples) {
    return answers(status, text, type, media(schema, examples));
  }

  /// An answer of many parts that come one after another.
  ///
  /// @param parts the array of them
  /// @param example as it is sent
  Op streams(int status, String text, String type, Schema<?> parts, String example) {
    return answers(status, text, type, new MediaType().schema(parts).example(example));
  }

  private Op answers(int status, String text, String type, MediaType media) {
    ApiResponse answer = answer(status, text);
    if (answer.getContent() == null) {
      answer.setContent(new Content());
    }
    answer.getContent().addMediaType(type, media);
    return this;
  }

  /// An answer without a body.
  Op answersNothing(int status, String text) {
    answer(status, text);
    return this;
  }

  Op answerHeader(int status, String name, String text) {
    answer(status, "").addHeaderObject(name, header(text));
    return this;
  }

  private ApiResponse answer(int status, String text) {
    return answers.computeIfAbsent(status, _ -> new ApiResponse().description(text));
  }

  private static Header header(String text) {
    Header header = new Header().description(text);
    header.setSchema(Shapes.text(""));
    return header;
  }

  static MediaType media(Schema<?> schema, String... examples) {
    MediaType media = new MediaType().schema(schema);
    for (String example : examples) {
      Object parsed = MAPPER.readValue(example, Object.class);
      if (examples.length == 1) {
        media.setExample(parsed);
      } else {
        String name =
            "example " + (media.getExamples() == null ? 1 : media.getExamples().size() + 1);
        media.addExamples(name, new io.swagger.v3.oas.models.examples.Example().value(parsed));
      }
    }
    return media;
  }

  /// @param codes of [ProblemTypes]
  Op problem(int status, String... codes) {
    List<String> known = problems.computeIfAbsent(status, _ -> new ArrayList<>());
    for (String code : codes) {
      ProblemTypes.when(code);
      if (!known.contains(code)) {
        known.add(code);
      }
    }
    return this;
  }

  /// Says on the operation, as it was read from its handler, all that is said here.
  void describe(Operation operation) {
    operation.setOperationId(id);
    operation.setTags(List.of(tag));
    operation.setSummary(summary);
    operation.setDescription(description.isEmpty() ? null : description.toString());
    operation.setParameters(parameters.isEmpty() ? null : List.copyOf(parameters.values()));
    operation.setRequestBody(
        body.isEmpty() ? null : new RequestBody().content(body).required(bodyRequired));
    ApiResponses responses = new ApiResponses();
    answers.forEach((status, answer) -> responses.addApiResponse(status + "", answer));
    problems.forEach(
        (status, codes) -> responses.addApiResponse(status + "", problem(status, codes)));
    operation.setResponses(responses);
  }

  private static ApiResponse problem(int status, List<String> codes) {
    StringBuilder text = new StringBuilder();
    for (String code : codes) {
      text.append("- `").append(ProblemTypes.PREFIX).append(code).append("`: ");
      text.append(ProblemTypes.when(code)).append('\n');
    }
    Schema<?> schema = Shapes.form(ProblemForms.Problem.class);
    ApiResponse answer = new ApiResponse().description(text.toString());
    switch (status) {
      case 401 -> answer.addHeaderObject("WWW-Authenticate", header("`Bearer`"));
      case 416 -> answer.addHeaderObject("Content-Range", header("how long the value is"));
      case 502, 503, 507 -> answer.addHeaderObject("Retry-After", header("in so many seconds"));
      default -> {
        // It says all in its body.
      }
    }
    return answer.content(new Content().addMediaType(PROBLEM, new MediaType().schema(schema)));
  }
}
