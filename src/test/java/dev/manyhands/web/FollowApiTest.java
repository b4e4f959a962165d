package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.dispatch.JobService;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Outcome;
import dev.manyhands.web.OpenReader.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(ApiExtension.class)
class FollowApiTest {
  private static final String SSE = "text/event-stream";

  private final Api api;

  FollowApiTest(Api api) {
    this.api = api;
  }

  /// A job of sleeps, one task a chunk, so that tasks end one by one.
  private String sleeps(List<Integer> millis) throws Exception {
    String job = Api.job("sleep", millis.toString());
    return api.submit(job.replaceFirst("\\{", "{\"chunkSize\":1,\"maxParallel\":8,"));
  }

  @Test
  void inTheOrderOfInputsTheNextIsSentAsSoonAsItIsThere() throws Exception {
    String job = sleeps(List.of(1, 150, 1, 60_000));

    try (OpenReader reader = new OpenReader(api, job + "/results?follow=true")) {
      assertThat(reader.status()).isEqualTo(200);
      assertThat(reader.header("content-type")).isEqualTo("application/jsonl");
      assertThat(
              List.of(index(reader.needJson()), index(reader.needJson()), index(reader.needJson())))
          .containsExactly(0, 1, 2);
      api.kill(job);
      JsonNode last = reader.needJson();
      assertThat(last.get("status").stringValue()).isEqualTo("cancelled");
      JsonNode end = reader.needJson();
      assertThat(end.get("end").booleanValue()).isTrue();
      assertThat(end.get("state").stringValue()).isEqualTo("cancelled");
      assertThat(end.get("counts").get("succeeded").intValue()).isEqualTo(3);
      assertThat(reader.json()).isNull();
      assertThat(reader.isWhole()).isTrue();
    }
  }

  @Test
  void aReaderOfAJobThatIsRemovedIsTold() throws Exception {
    // 12 MB of results, more than sockets hold.
    String text = "\"" + "x".repeat(10_000) + "\"";
    String job = api.run("identity", Collections.nCopies(1200, text).toString());
    try (OpenReader reader = new OpenReader(4096, api, "GET", job + "/results?follow=true")) {
      assertThat(api.send(api.to(job).DELETE()).statusCode()).isEqualTo(204);
      List<JsonNode> lines = reader.allJson();
      assertThat(lines).hasSizeLessThan(1200);
      JsonNode last = lines.getLast();
      assertThat(last.get("problem").get("status").intValue()).isEqualTo(404);
      assertThat(reader.isWhole()).isTrue();
    }
  }

  @Test
  void aReaderIsToldTooWhenTheJobIsRemovedBeforeTheFirstIsRead() throws Exception {
    String path = api.run("identity", "[1]");
    JobId job = new JobId(path.substring(path.lastIndexOf('/') + 1));
    JobService jobs = api.bean(JobService.class);
    Duration heart = Duration.ofSeconds(15);
    Cursor start = new Cursor(job, ResultOrder.INPUT, 0);
    var results =
        new ResultFollower(
            jobs, start, EnumSet.allOf(Outcome.class), ResultRows.Form.FOLLOWED, heart);
    var moves = new EventFollower(jobs, job, null, heart, InstantSource.system());
    assertThat(api.send(api.to(path).DELETE()).statusCode()).isEqualTo(204);

    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    results.writeTo(lines);
    ByteArrayOutputStream events = new ByteArrayOutputStream();
    moves.writeTo(events);

    assertThat(lines.toString(UTF_8)).startsWith("{\"problem\":{").contains("\"status\":404");
    assertThat(events.toString(UTF_8)).startsWith("event: problem\n").contains("\"status\":404");
  }

  @Test
  void asTheyEndedTheFirstToEndComesFirst() throws Exception {
    String job = sleeps(List.of(60_000, 60_000, 1));

    try (OpenReader reader =
        new OpenReader(api, job + "/results?follow=true&order=completion", "Accept", SSE)) {
      assertThat(reader.header("content-type")).startsWith(SSE);
      assertThat(nextIndex(reader)).isEqualTo(2);
      assertThat(api.post(job + "/tasks/1/cancel", "").statusCode()).isEqualTo(202);
      assertThat(nextIndex(reader)).isEqualTo(1);
      assertThat(api.post(job + "/tasks/0/cancel", "").statusCode()).isEqualTo(202);
      assertThat(nextIndex(reader)).isZero();
      assertThat(reader.allEvents())
          .singleElement()
          .extracting(event -> event.name())
          .isEqualTo("end");
      assertThat(reader.isWhole()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"input,lines", "completion,lines", "input,events", "completion,events"})
  void whoIsCutOffAtRandomAndComesBackGetsEachResultOnce(String order, String form)
      throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int tasks = 400;
    String job = sleeps(IntStream.range(0, tasks).map(i -> random.nextInt(12)).boxed().toList());
    String path = job + "/results?follow=true&order=" + order;
    List<Integer> got = new ArrayList<>();

    String cursor = "";
    int drops = 0;
    boolean ended = false;
    while (!ended) {
      boolean byEvents = form.equals("events");
      try (OpenReader reader = again(path, byEvents, cursor)) {
        for (int left = random.nextInt(40); left >= 0 && !ended; left--) {
          if (byEvents) {
            Event event = reader.needEvent();
            cursor = event.id();
            ended = event.name().equals("end");
            add(got, ended, event.data());
          } else {
            JsonNode line = reader.needJson();
            cursor = line.get("next").stringValue();
            ended = line.has("end");
            add(got, ended, line.toString());
          }
        }
        drops++;
      }
    }

    assertThat(drops).as("seed %d", seed).isGreaterThan(5);
    if (order.equals("completion")) {
      Collections.sort(got);
    }
    assertThat(got).as("seed %d", seed).isEqualTo(IntStream.range(0, tasks).boxed().toList());
  }

  private OpenReader again(String path, boolean events, String cursor) throws IOException {
    if (events) {
      return cursor.isEmpty()
          ? new OpenReader(api, path, "Accept", SSE)
          : new OpenReader(api, path, "Accept", SSE, "Last-Event-ID", cursor);
    }
    return new OpenReader(api, cursor.isEmpty() ? path : path + "&after=" + cursor);
  }

  private static void add(List<Integer> got, boolean ended, String line) {
    if (!ended) {
      got.add(index(Api.MAPPER.readTree(line)));
    }
  }

  @Test
  void manyReadersOfOneJobGetTheSameLines() throws Exception {
    String job = sleeps(Collections.nCopies(200, 10));
    List<OpenReader> readers = new ArrayList<>();
    try {
      for (int i = 0; i < 40; i++) {
        readers.add(new OpenReader(api, job + "/results?follow=true&order=completion"));
      }
      List<JsonNode> first = readers.getFirst().allJson();
      assertThat(first).hasSize(201);
      for (OpenReader other : readers.subList(1, 40)) {
        assertThat(other.allJson()).isEqualTo(first);
      }
    } finally {
      for (OpenReader reader : readers) {
        reader.close();
      }
    }
  }

  @Test
  void aJobThatHasEndedIsSentWholeAndEnds() throws Exception {
    String job = api.run("square", IntStream.range(0, 3000).boxed().toList().toString());

    try (OpenReader reader =
        new OpenReader(api, job + "/results?follow=true", "Accept", "application/x-ndjson")) {
      List<JsonNode> lines = reader.allJson();
      assertThat(reader.header("content-type")).isEqualTo("application/x-ndjson");
      assertThat(lines).hasSize(3001);
      assertThat(lines.getLast().get("counts").get("succeeded").intValue()).isEqualTo(3000);
    }
  }

  @Test
  void resultsComeWhileInputsStillGoIn() throws Exception {
    String job = api.submit("{\"function\":{\"type\":\"java\",\"name\":\"square\"},\"open\":true}");

    try (OpenReader reader = new OpenReader(api, job + "/results?follow=true");
        OpenReader events = new OpenReader(api, job + "/events")) {
      assertThat(events.needEvent().data()).contains("\"receiving\"").doesNotContain("eta");
      for (int i = 0; i < 3; i++) {
        api.post(job + "/inputs", "{\"inputs\":[" + i + "]}");
        assertThat(reader.needJson().get("value").intValue()).isEqualTo(i * i);
      }
      api.post(job + "/seal", "");
      assertThat(reader.needJson().get("counts").get("total").intValue()).isEqualTo(3);
      assertThat(events.allEvents().getLast().name()).isEqualTo("end");
    }
  }

  @Test
  void whoHasSeenTheEndIsToldNotToComeBack() throws Exception {
    String job = api.run("square", "[1,2]");
    String path = job + "/results?follow=true";
    String last;
    try (OpenReader reader = new OpenReader(api, path, "Accept", SSE)) {
      last = reader.allEvents().getLast().id();
    }

    HttpResponse<String> again = api.get(path, "Accept", SSE, "Last-Event-ID", last);

    assertThat(again.statusCode()).isEqualTo(204);
    try (OpenReader lines = new OpenReader(api, path + "&after=" + last)) {
      assertThat(lines.allJson()).hasSize(1).first().matches(line -> line.has("end"));
    }
  }

  @Test
  void onlyTheWantedOutcomesAreSent() throws Exception {
    String job = api.run("square", "[1,\"x\",3,\"y\"]");

    try (OpenReader reader = new OpenReader(api, job + "/results?follow=true&status=failed")) {
      List<JsonNode> lines = reader.allJson();
      assertThat(lines.subList(0, 2)).extracting(FollowApiTest::index).containsExactly(1, 3);
      assertThat(lines.getLast().has("end")).isTrue();
    }
  }

  @Test
  void aHeadHasNoBodyAndDoesNotWait() throws Exception {
    String job = sleeps(List.of(60_000));

    HttpResponse<String> head =
        api.send(api.to(job + "/results?follow=true").method("HEAD", noBody()));
    api.kill(job);

    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValue("Content-Type")).contains("application/jsonl");
  }

  private static java.net.http.HttpRequest.BodyPublisher noBody() {
    return java.net.http.HttpRequest.BodyPublishers.noBody();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/results?follow=perhaps",
        "/results?follow=true&limit=5",
        "/results?follow=true&after=1-2",
        "/results?follow=true&order=sideways",
        "/results?follow=true&view=values",
      })
  void aParameterThatDoesNotFitIsRefused(String path) throws Exception {
    String job = api.run("square", "[1]");

    HttpResponse<String> refused = api.get(job + path);

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(Api.json(refused).get("type").stringValue())
        .isEqualTo("/problems/invalid-parameter");
  }

  @Test
  void anIdOfAnotherJobOrOrderIsRefused() throws Exception {
    String job = api.run("square", "[1,2,3]");
    String other = api.run("square", "[1,2,3]");
    String id;
    try (OpenReader reader = new OpenReader(api, job + "/results?follow=true", "Accept", SSE)) {
      id = reader.needEvent().id();
    }

    for (String path :
        List.of(
            other + "/results?follow=true",
            job + "/results?follow=true&order=completion",
            job + "/events")) {
      HttpResponse<String> refused = api.get(path, "Accept", SSE, "Last-Event-ID", id);
      assertThat(refused.statusCode()).as(path).isEqualTo(400);
      assertThat(Api.json(refused).get("detail").stringValue()).startsWith("Last-Event-ID: ");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/results?follow=true, application/json",
    "/results?follow=false, text/event-stream",
    "/results?follow=true, text/csv",
    "/events, application/json",
  })
  void aTypeThatIsNotOfferedIsNotAcceptable(String path, String accept) throws Exception {
    String job = api.run("square", "[1]");

    assertThat(api.get(job + path, "Accept", accept).statusCode()).isEqualTo(406);
  }

  @Test
  void anUnknownJobCannotBeFollowed() throws Exception {
    String none = "/v1/jobs/job_" + "0".repeat(26);

    assertThat(api.get(none + "/results?follow=true").statusCode()).isEqualTo(404);
    assertThat(api.get(none + "/events").statusCode()).isEqualTo(404);
  }

  @Test
  void eventsSayEveryStateAndTheEnd() throws Exception {
    String job = sleepsToCome(8);

    long from = System.nanoTime();
    try (OpenReader reader = new OpenReader(api, job + "/events")) {
      List<Event> events = new ArrayList<>();
      events.add(reader.needEvent());
      assertThat(addSleeps(job, 100).statusCode()).isEqualTo(202);
      // It is sealed after that only: a job that has ended makes no progress.
      while (!saysSpeed(events.getLast())) {
        events.add(reader.needEvent());
      }
      JsonNode middle = Api.MAPPER.readTree(events.getLast().data());
      api.post(job + "/seal", "");
      events.addAll(reader.allEvents());
      double seconds = (System.nanoTime() - from) / 1e9;
      List<String> names = events.stream().map(event -> event.name()).toList();
      assertThat(names.getFirst()).isEqualTo("job");
      assertThat(names.subList(names.size() - 2, names.size())).containsExactly("job", "end");
      long progress = names.stream().filter("progress"::equals).count();
      assertThat(progress).isBetween(1L, (long) (seconds * 4) + 1);
      JsonNode last = Api.MAPPER.readTree(events.get(names.size() - 2).data());
      assertThat(last.get("state").stringValue()).isEqualTo("succeeded");
      assertThat(last.get("progress").get("done").intValue()).isEqualTo(100);
      assertThat(middle.get("progress").get("tasksPerSecond").doubleValue()).isPositive();
      assertThat(reader.isWhole()).isTrue();
    }
  }

  /// An open job of sleeps, one task a chunk.
  private String sleepsToCome(int maxParallel) throws Exception {
    return api.submit(
        Api.job("sleep", "[]")
            .replaceFirst(
                "\\{", "{\"open\":true,\"chunkSize\":1,\"maxParallel\":" + maxParallel + ","));
  }

  private HttpResponse<String> addSleeps(String job, int count) throws Exception {
    return api.post(job + "/inputs", "{\"inputs\":" + Collections.nCopies(count, 50) + "}");
  }

  /// The first progress may be that of inputs which have come.
  private static boolean saysSpeed(Event event) {
    return event.name().equals("progress")
        && Api.MAPPER.readTree(event.data()).at("/progress/tasksPerSecond").asDouble(0) > 0;
  }

  @Test
  void eventsSayThatAJobThatReceivesIsHeld() throws Exception {
    String job =
        api.submit(
            """
            {"function": {"type": "java", "name": "square"}, "open": true, "inputs": []}
            """);

    try (OpenReader reader = new OpenReader(api, job + "/events")) {
      assertThat(reader.needEvent().data()).doesNotContain("paused");
      api.post(job + "/pause", "");
      Event paused = reader.needEvent();
      assertThat(paused.name()).isEqualTo("job");
      assertThat(Api.MAPPER.readTree(paused.data()).at("/state").stringValue())
          .isEqualTo("receiving");
      assertThat(paused.data()).contains("paused");
      api.post(job + "/resume", "");
      Event resumed = reader.needEvent();
      assertThat(resumed.name()).isEqualTo("job");
      assertThat(resumed.data()).doesNotContain("paused");
      api.kill(job);
    }
  }

  @Test
  void whoComesBackHearsThatAJobWentOnThatWasHeldWhileItReceived() throws Exception {
    String job = api.submit(Api.job("square", "[]").replaceFirst("\\{", "{\"open\":true,"));
    api.post(job + "/pause", "");
    String held;
    try (OpenReader reader = new OpenReader(api, job + "/events")) {
      Event first = reader.needEvent();
      assertThat(first.data()).contains("paused");
      held = first.id();
    }

    try (OpenReader same = new OpenReader(api, job + "/events", "Last-Event-ID", held)) {
      api.post(job + "/resume", "");
      assertThat(same.needEvent().data()).doesNotContain("paused");
    }
    try (OpenReader later = new OpenReader(api, job + "/events", "Last-Event-ID", held)) {
      Event news = later.needEvent();
      assertThat(news.name()).isEqualTo("job");
      assertThat(news.data()).contains("\"receiving\"").doesNotContain("paused");
    }
    api.kill(job);
  }

  @Test
  void whileInputsComeSpeedAndTheEndOfThoseThatHaveComeAreTold() throws Exception {
    String job = sleepsToCome(1);

    try (OpenReader reader = new OpenReader(api, job + "/events")) {
      Event event = reader.needEvent();
      // A minute of them: an end is told only while some are left.
      assertThat(addSleeps(job, 1200).statusCode()).isEqualTo(202);
      while (!event.name().equals("progress") || !saysEndAfter(20, event)) {
        event = reader.needEvent();
      }
      JsonNode told = Api.MAPPER.readTree(event.data());
      assertThat(told.get("totalKnown").booleanValue()).isFalse();
      // At most 20 a second, and the start of the first is noted a moment after it.
      assertThat(told.at("/progress/tasksPerSecond").doubleValue()).isBetween(0.5, 40.0);
      JsonNode eta = told.at("/progress/eta");
      assertThat(time(eta, "earliest")).isBeforeOrEqualTo(time(eta, "likely"));
      assertThat(time(eta, "likely")).isBeforeOrEqualTo(time(eta, "latest"));
      JsonNode stands = Api.json(api.get(job));
      assertThat(stands.get("state").stringValue()).isEqualTo("receiving");
      assertThat(stands.get("totalKnown").booleanValue()).isFalse();
    }
    api.kill(job);
  }

  private static boolean saysEndAfter(int done, Event event) {
    JsonNode progress = Api.MAPPER.readTree(event.data()).path("progress");
    return progress.has("eta") && progress.get("done").intValue() >= done;
  }

  @Test
  void eventsGoOnWhereTheReaderWas() throws Exception {
    String job = sleeps(List.of(1, 60_000));
    String known;
    try (OpenReader reader = new OpenReader(api, job + "/events")) {
      Event event = reader.needEvent();
      while (!event.data().contains("\"succeeded\":1")) {
        event = reader.needEvent();
      }
      known = event.id();
    }

    try (OpenReader reader = new OpenReader(api, job + "/events", "Last-Event-ID", known)) {
      api.kill(job);
      List<Event> events = reader.allEvents();
      assertThat(events).extracting(event -> event.name()).doesNotContain("progress");
      assertThat(events.getFirst().data()).containsPattern("cancelling|cancelled");
      HttpResponse<String> again = api.get(job + "/events", "Last-Event-ID", events.getLast().id());
      assertThat(again.statusCode()).isEqualTo(204);
    }
  }

  private static Instant time(JsonNode of, String name) {
    return Instant.parse(of.get(name).stringValue());
  }

  private static int nextIndex(OpenReader reader) throws IOException {
    return index(Api.MAPPER.readTree(reader.needEvent().data()));
  }

  private static int index(JsonNode line) {
    return line.get("index").intValue();
  }
}
