package dev.manyhands.web;

import dev.manyhands.web.Description.Operation;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// What may be answered, as the description says, and what of it was: `GET /v1/jobs 200
/// application/json` a body, `GET /v1/jobs 200 Link` a header, `GET /v1/jobs 401 unauthorized` a
/// problem, `GET … 200 text/event-stream EndEvent` a part of a stream, `DELETE … 204 nothing` no
/// body.
final class DescribedAnswers {
  static final String PROBLEMS = "/problems/";
  private static final Pattern CODE = Pattern.compile("`" + PROBLEMS + "([a-z-]+)`");

  private final Set<String> seen = new TreeSet<>();

  Set<String> seen() {
    return seen;
  }

  static Set<String> all(List<Operation> operations) {
    Set<String> answers = new TreeSet<>();
    for (Operation operation : operations) {
      operation
          .says()
          .path("responses")
          .forEachEntry((status, said) -> {
            String at = operation + " " + status + " ";
            said.path("headers").propertyNames().forEach(name -> answers.add(at + name));
            if (!said.has("content")) {
              answers.add(at + "nothing");
            }
            said.path("content")
                .forEachEntry((type, media) -> {
                  if (type.equals(Description.PROBLEM)) {
                    codes(said).forEach(code -> answers.add(at + code));
                  } else {
                    answers.add(at + type);
                  }
                  for (JsonNode part : media.at("/schema/items/oneOf")) {
                    answers.add(at + type + " " + form(part));
                  }
                });
          });
    }
    return answers;
  }

  /// An answer with one of the operation's statuses came.
  void note(Operation operation, Answer answer) {
    String at = operation + " " + answer.status() + " ";
    JsonNode said = operation.says().path("responses").path(String.valueOf(answer.status()));
    said.path("headers").propertyNames().stream()
        .filter(name -> !answer.header(name).isEmpty())
        .forEach(name -> seen.add(at + name));
    if (!said.has("content")) {
      seen.add(at + "nothing");
    } else if (answer.type().equals(Description.PROBLEM)) {
      seen.add(at + code(answer));
    } else {
      seen.add(at + answer.type());
    }
  }

  /// Of a problem: the last part of its type.
  static String code(Answer problem) {
    return Api.MAPPER
        .readTree(problem.body())
        .path("type")
        .stringValue()
        .substring(PROBLEMS.length());
  }

  /// A part of an answer's stream had this form.
  void notePart(Operation operation, Answer answer, JsonNode form) {
    seen.add(operation + " " + answer.status() + " " + answer.type() + " " + form(form));
  }

  /// Of the problems that an answer may be.
  static Set<String> codes(JsonNode said) {
    Set<String> codes = new TreeSet<>();
    Matcher matcher = CODE.matcher(said.get("description").stringValue());
    while (matcher.find()) {
      codes.add(matcher.group(1));
    }
    return codes;
  }

  private static String form(JsonNode schema) {
    String name = schema.path("$ref").asString("");
    return name.substring(name.lastIndexOf('/') + 1);
  }
}
