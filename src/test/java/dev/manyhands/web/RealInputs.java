package dev.manyhands.web;

import dev.manyhands.testkit.Wait;
import java.io.IOException;

/// Inputs that are added to an open job, by one sender and by two that take turns.
final class RealInputs {
  private static final String INPUTS = "POST /v1/jobs/{id}/inputs";

  private final Api api;
  private final SentRequests sent;

  RealInputs(Api api, SentRequests sent) {
    this.api = api;
    this.sent = sent;
  }

  void all() throws Exception {
    String open =
        sent.post("{\"function\":{\"type\":\"java\",\"name\":\"square\"},\"open\":true}", "wait=0");
    String inputs = open + "/inputs";
    sent.send(INPUTS, "POST", inputs, "{\"inputs\": [1, 2]}");
    sent.send(INPUTS, "POST", inputs, "{\"inputs\": []}");
    try (StreamedBody lines = new StreamedBody(api, inputs)) {
      lines.write("3\n");
      Wait.untilSeen("the line is taken", () -> total(open) == 3);
      sent.send(INPUTS, "POST", inputs, "{\"inputs\": [4]}");
      sent.read(INPUTS, Answer.raw(lines.write("5\n").end()));
    }
    sent.send("POST /v1/jobs/{id}/seal", "POST", open + "/seal", null);
    sent.send(INPUTS, "POST", inputs, "{\"inputs\": [1, 2]}");
  }

  private int total(String job) {
    try {
      return Api.json(api.get(job)).at("/counts/total").intValue();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
