package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.web.Description.Operation;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/// Every body and every answer has an example: what is sent is taken, and what is answered fits.
@ExtendWith(ApiExtension.class)
class ExamplesTest {
  private final Api api;
  private final Description description;

  ExamplesTest(Api api) throws Exception {
    this.api = api;
    this.description = new Description(Api.json(api.get("/v3/api-docs")));
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
}
