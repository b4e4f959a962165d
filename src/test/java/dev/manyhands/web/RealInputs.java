package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.manyhands.testkit.Wait;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.List;

/// Inputs that are added to an open job, by one sender and by two that take turns.
final class RealInputs {
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
    sent.send("POST /v1/jobs/{id}/inputs", "POST", inputs, "{\"inputs\": [1, 2]}");
    sent.send("POST /v1/jobs/{id}/inputs", "POST", inputs, "{\"inputs\": []}");
    HttpRequest.Builder lines =
        api.to(inputs)
            .header("Content-Type", "application/jsonl")
            .POST(BodyPublishers.ofInputStream(() -> interrupted(open)));
    sent.sendAs("POST /v1/jobs/{id}/inputs", "application/jsonl", "3\n5\n", lines);
    sent.send("POST /v1/jobs/{id}/seal", "POST", open + "/seal", null);
    sent.send("POST /v1/jobs/{id}/inputs", "POST", inputs, "{\"inputs\": [1, 2]}");
  }

  /// Two lines, between which another request adds an input.
  private InputStream interrupted(String open) {
    Iterator<String> lines = List.of("3\n", "5\n").iterator();
    return new SequenceInputStream(
        new Enumeration<>() {
          @Override
          public boolean hasMoreElements() {
            return lines.hasNext();
          }

          @Override
          public InputStream nextElement() {
            String line = lines.next();
            if (!lines.hasNext()) {
              Wait.untilSeen("the line before is taken", () -> total(open) == 3);
              add(open);
            }
            return new ByteArrayInputStream(line.getBytes(UTF_8));
          }
        });
  }

  private int total(String job) {
    try {
      return Api.json(api.get(job)).at("/counts/total").intValue();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void add(String job) {
    try {
      api.post(job + "/inputs", "{\"inputs\": [4]}");
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
