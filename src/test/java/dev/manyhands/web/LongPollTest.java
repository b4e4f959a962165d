package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(ApiExtension.class)
class LongPollTest {
  private final Api api;

  LongPollTest(Api api) {
    this.api = api;
  }

  @Test
  void whoKnowsAVersionWaitsForAnother() throws Exception {
    String job = api.submit(Api.job("sleep", "[60000]"));
    String tag = running(job);

    CompletableFuture<HttpResponse<String>> news =
        api.sendLater(api.to(job).header("If-None-Match", tag).header("Prefer", "wait=20"));
    api.kill(job);

    HttpResponse<String> answer = news.get();
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(Api.json(answer).get("state").stringValue()).startsWith("cancel");
    assertThat(answer.headers().firstValue("ETag").orElseThrow()).isNotEqualTo(tag);
    assertThat(answer.headers().firstValue("Preference-Applied")).contains("wait=20");
  }

  @Test
  void ifNothingChangesItIsNotModified() throws Exception {
    String job = api.submit(Api.job("sleep", "[60000]"));
    String tag = running(job);

    HttpResponse<String> answer = api.get(job, "If-None-Match", tag, "Prefer", "wait=1");
    api.kill(job);

    assertThat(answer.statusCode()).isEqualTo(304);
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void anOldVersionIsAnsweredAtOnce() throws Exception {
    String job = api.submit(Api.job("sleep", "[60000]"));
    running(job);

    HttpResponse<String> answer = api.get(job, "If-None-Match", "\"old\"", "Prefer", "wait=60");
    api.kill(job);

    assertThat(answer.statusCode()).isEqualTo(200);
  }

  @Test
  void aJobThatHasEndedDoesNotLetAnyoneWait() throws Exception {
    String job = api.run("square", "[1]");
    String tag = api.get(job).headers().firstValue("ETag").orElseThrow();

    assertThat(api.get(job, "If-None-Match", tag, "Prefer", "wait=60").statusCode()).isEqualTo(304);
  }

  @ParameterizedTest
  @ValueSource(strings = {"61", "99999999999", "0099999999999999999999999"})
  void whoeverWouldWaitForLongWaitsForAMinute(String seconds) throws Exception {
    String job = api.run("square", "[1]");

    HttpResponse<String> answer = api.get(job, "Prefer", "wait=" + seconds);

    assertThat(answer.headers().firstValue("Preference-Applied")).contains("wait=60");
  }

  /// The tag of the job as soon as it runs, after which nothing changes by itself.
  private String running(String job) throws Exception {
    String tag = "\"none\"";
    HttpResponse<String> answer;
    do {
      answer = api.get(job, "If-None-Match", tag, "Prefer", "wait=20");
      tag = answer.headers().firstValue("ETag").orElseThrow();
    } while (!Api.json(answer).get("state").stringValue().equals("running"));
    return tag;
  }
}
