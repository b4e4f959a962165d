package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Wait;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/// Readers that stand still, go away or stay too long, with short times.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FollowFaultTest {
  private static final String ENDLESS = Api.job("sleep", "[60000]");
  private static final int TEXTS = 1200;

  private Api api;

  @BeforeAll
  void start() {
    api =
        new Api(
            "--manyhands.follow.heartbeat=100ms",
            // Who does read may pause for a while on a busy machine.
            "--manyhands.follow.write-timeout=8s",
            "--manyhands.follow.max-readers=4",
            "--manyhands.follow.max-waiting=1");
  }

  /// Those of the test before may not be gone yet, and would have its places.
  @BeforeEach
  void nobodyReads() {
    Wait.untilSeen("all readers are gone", () -> readers() == 0);
  }

  @AfterAll
  void stop() throws Exception {
    api.close();
  }

  @Test
  void aReaderWithoutNewsHearsAHeartbeat() throws Exception {
    String job = api.submit(ENDLESS);
    try (OpenReader lines = new OpenReader(api, job + "/results?follow=true");
        OpenReader events =
            new OpenReader(api, job + "/results?follow=true", "Accept", "text/event-stream");
        OpenReader moves = new OpenReader(api, job + "/events")) {
      assertThat(List.of(line(lines), line(lines))).containsExactly("", "");
      assertThat(List.of(line(events), line(events), line(events))).containsExactly(":", "", ":");
      assertThat(moves.needEvent().name()).isEqualTo("job");
      String line = line(moves);
      while (!line.equals(":")) {
        line = line(moves);
      }
    }
    api.kill(job);
  }

  private static String line(OpenReader reader) throws Exception {
    return Objects.requireNonNull(reader.line());
  }

  /// 12 MB of results, more than sockets hold.
  private String texts() throws Exception {
    String text = "\"" + "x".repeat(10_000) + "\"";
    return api.run("identity", Collections.nCopies(TEXTS, text).toString());
  }

  @Test
  void aReaderThatStandsStillHoldsUpNobodyAndIsCutOffAndComesBack() throws Exception {
    String path = texts() + "/results?follow=true";
    try (OpenReader still = new OpenReader(4096, api, "GET", path)) {
      try (OpenReader other = new OpenReader(api, path)) {
        assertThat(other.allJson()).hasSize(TEXTS + 1);
      }
      Wait.untilSeen("the reader that stands still is cut off", () -> readers() == 0);

      Set<Integer> got = new HashSet<>();
      String next = "";
      String line = still.line();
      while (line != null && line.endsWith("}")) {
        JsonNode result = Api.MAPPER.readTree(line);
        assertThat(got.add(result.get("index").intValue())).isTrue();
        next = result.get("next").stringValue();
        line = still.line();
      }
      assertThat(still.isWhole()).isFalse();
      assertThat(got.size()).isBetween(1, TEXTS - 1);
      try (OpenReader again = new OpenReader(api, path + "&after=" + next)) {
        for (JsonNode result : again.allJson()) {
          assertThat(result.has("end") || got.add(result.get("index").intValue())).isTrue();
        }
      }
      assertThat(got).hasSize(TEXTS);
    }
  }

  @Test
  void aReaderThatIsGoneIsNoticedAtOnce() throws Exception {
    String job = api.submit(ENDLESS);
    OpenReader reader = new OpenReader(api, job + "/events");
    assertThat(reader.event()).isNotNull();
    assertThat(readers()).isEqualTo(1);

    reader.close();

    Wait.untilSeen("the reader is gone", () -> readers() == 0);
    api.kill(job);
  }

  @Test
  void thereAreOnlySoManyReaders() throws Exception {
    String job = api.submit(ENDLESS);
    OpenReader[] four = new OpenReader[4];
    for (int i = 0; i < 4; i++) {
      four[i] = new OpenReader(api, job + "/events");
      four[i].event();
    }

    try (OpenReader refused = new OpenReader(api, job + "/events")) {
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.header("Retry-After")).isNotEmpty();
    }
    for (OpenReader reader : four) {
      reader.close();
    }
    Wait.untilSeen("all are gone", () -> readers() == 0);
    api.kill(job);
  }

  @Test
  void aPreferenceToWaitBeyondThePlacesIsPassedOver() throws Exception {
    String job = api.submit(ENDLESS);
    var first = api.sendLater(api.to(job).header("Prefer", "wait=60"));
    String applied = "wait";
    while (!applied.isEmpty()) {
      if (first.isDone()) {
        // It came while this one had the place.
        first = api.sendLater(api.to(job).header("Prefer", "wait=60"));
      }
      // Until the first is there, this one has the place for a moment and gives it back.
      applied =
          api.get(job, "Prefer", "wait=0").headers().firstValue("Preference-Applied").orElse("");
    }

    assertThat(api.get(job, "Prefer", "wait=60").statusCode()).isEqualTo(200);
    api.post(job + "/cancel", "{\"mode\":\"kill\"}");
    assertThat(first.get().headers().firstValue("Preference-Applied")).contains("wait=60");
  }

  @Test
  void aStopEndsReadersAndWaitersAtOnce() throws Exception {
    Api other = new Api(Api.NO_PYTHON);
    String job = other.submit(ENDLESS);
    try (OpenReader lines = new OpenReader(other, job + "/results?follow=true");
        OpenReader events = new OpenReader(other, job + "/events")) {
      events.event();
      var waiting = other.sendLater(other.to(job).header("Prefer", "wait=60"));
      long from = System.nanoTime();

      other.close();

      assertThat(System.nanoTime() - from).isLessThan(10_000_000_000L);
      assertThat(lines.json()).isNull();
      assertThat(lines.isWhole()).isFalse();
      waiting.handle((_, _) -> true).get();
    }
  }

  private double readers() {
    return api.bean(MeterRegistry.class).get("manyhands.readers").gauge().value();
  }
}
