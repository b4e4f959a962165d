package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.web.OpenReader.Event;
import java.net.http.HttpResponse;
import java.util.Collections;

/// Real streams: each kind of line and of event, and each field of them, at least once.
final class RealStreams {
  private static final String RESULTS = "GET /v1/jobs/{id}/results";
  private static final String EVENTS = "GET /v1/jobs/{id}/events";

  /// More than sockets hold.
  private static final int TEXTS = 1200;

  private final Api api;
  private final SentRequests sent;

  RealStreams(Api api, SentRequests sent) {
    this.api = api;
    this.sent = sent;
  }

  void all() throws Exception {
    results();
    events();
    held();
    retried();
    removed();
    refusals();
  }

  /// Every field that a result can have.
  private void results() throws Exception {
    String job =
        sent.post(
            """
            {"function": {"type": "java", "name": "identity"},
             "tasks": [{"input": "LONG", "customId": "long"}, {"input": 1},
                       {"function": {"type": "java", "name": "square"}, "input": "x"}]}
            """
                .replace("LONG", "x".repeat(300_000)));
    for (String type : new String[] {"application/jsonl", "application/x-ndjson"}) {
      sent.get(RESULTS, job + "/results", "Accept", type);
      sent.get(RESULTS, job + "/results?follow=true", "Accept", type);
    }
    HttpResponse<String> events =
        sent.get(RESULTS, job + "/results?order=completion", "Accept", Streamed.EVENTS);
    String last =
        Streamed.of(Streamed.EVENTS, events.body()).parts().getLast().get("id").stringValue();
    sent.get(
        RESULTS,
        job + "/results?order=completion&follow=true",
        "Accept",
        Streamed.EVENTS,
        "Last-Event-ID",
        last);
  }

  private void events() throws Exception {
    // A minute of them: an end is told only while some are left.
    String job =
        api.submit(
            Api.job("sleep", Collections.nCopies(1200, 50).toString())
                .replaceFirst("\\{", "{\"pool\":\"virtual\",\"chunkSize\":1,\"maxParallel\":1,"));
    StringBuilder read = new StringBuilder();
    try (OpenReader reader = new OpenReader(api, job + "/events")) {
      String line = reader.line();
      while (line != null && !isProgressWithEta(line)) {
        read.append(line).append('\n');
        line = reader.line();
      }
      read.append(line).append("\n\n");
      sent.read(EVENTS, reader, read.toString());
    }
    sent.get("GET /v1/jobs/{id}", job);
    api.kill(job);
    HttpResponse<String> events = sent.get(EVENTS, job + "/events");
    String last =
        Streamed.of(Streamed.EVENTS, events.body()).parts().getLast().get("id").stringValue();
    sent.get(EVENTS, job + "/events", "Last-Event-ID", last);
  }

  private static boolean isProgressWithEta(String line) {
    return line.startsWith("data: {\"counts\"") && line.contains("\"eta\"");
  }

  /// A job that is paused while it receives says why nothing of it runs.
  private void held() throws Exception {
    String job = api.submit(Api.job("square", "[]").replaceFirst("\\{", "{\"open\":true,"));
    sent.send("POST /v1/jobs/{id}/pause", "POST", job + "/pause", null);
    sent.get("GET /v1/jobs/{id}", job);
    try (OpenReader reader = new OpenReader(api, job + "/events")) {
      Event first = reader.needEvent();
      sent.read(
          EVENTS,
          reader,
          "event: %s\nid: %s\ndata: %s\n\n".formatted(first.name(), first.id(), first.data()));
    }
    sent.send("POST /v1/jobs/{id}/resume", "POST", job + "/resume", null);
    api.kill(job);
  }

  private void retried() throws Exception {
    String job = api.run("square", "[1,\"x\"]");
    HttpResponse<String> again =
        sent.send(
            "POST /v1/jobs/{id}/retry", "POST", job + "/retry", "{\"outcomes\": [\"failed\"]}");
    String path = again.headers().firstValue("Location").orElseThrow();
    api.ended(path);
    sent.get(EVENTS, path + "/events");
  }

  /// Whoever reads slowly is told when the job is removed.
  private void removed() throws Exception {
    String text = "\"" + "x".repeat(10_000) + "\"";
    for (String type :
        new String[] {"application/jsonl", "application/x-ndjson", Streamed.EVENTS}) {
      String job = api.run("identity", Collections.nCopies(TEXTS, text).toString());
      String path = job + "/results?follow=true";
      try (OpenReader reader = new OpenReader(4096, api, "GET", path, "Accept", type)) {
        sent.send("DELETE /v1/jobs/{id}", "DELETE", job, null);
        StringBuilder read = new StringBuilder();
        for (String line = reader.line(); line != null; line = reader.line()) {
          read.append(line).append('\n');
        }
        assertThat(reader.isWhole()).isTrue();
        sent.read(RESULTS, reader, read.toString());
      }
    }
  }

  private void refusals() throws Exception {
    String job = api.run("square", "[1]");
    sent.get(RESULTS, job + "/results?follow=perhaps", "Accept", Streamed.EVENTS);
    sent.get(EVENTS, job + "/events", "Last-Event-ID", "none");
  }
}
