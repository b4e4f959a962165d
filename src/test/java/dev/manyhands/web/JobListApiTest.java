package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(ApiExtension.class)
class JobListApiTest {
  private final Api api;

  JobListApiTest(Api api) {
    this.api = api;
  }

  private String job(String function, String inputs, String labels) throws Exception {
    String job = Api.job(function, inputs);
    String path = api.submit(job.replace("{\"function", "{\"labels\":" + labels + ",\"function"));
    api.ended(path);
    return path;
  }

  private List<String> list(String query) throws Exception {
    return ids(api.get("/v1/jobs?" + query));
  }

  private static List<String> ids(HttpResponse<String> page) {
    assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
    List<String> ids = new ArrayList<>();
    for (JsonNode job : Api.json(page).get("jobs")) {
      ids.add("/v1/jobs/" + job.get("id").stringValue());
    }
    return ids;
  }

  @Test
  void jobsAreFoundByStateFunctionLabelAndTime() throws Exception {
    String good = job("square", "[1]", "{\"suite\":\"find\",\"n\":\"1\"}");
    String bad = job("square", "[\"x\"]", "{\"suite\":\"find\",\"n\":\"2\"}");
    String other = job("identity", "[1]", "{\"suite\":\"find\",\"n\":\"3\"}");

    assertThat(list("label=suite:find")).containsExactly(other, bad, good);
    assertThat(list("label=suite%3Dfind&label=n:2")).containsExactly(bad);
    assertThat(list("label=suite:find&state=failed,cancelled")).containsExactly(bad);
    assertThat(list("label=suite:find&state=failed&state=succeeded"))
        .containsExactly(other, bad, good);
    assertThat(list("label=suite:find&state=running,queued,paused,receiving")).isEmpty();
    assertThat(list("label=suite:find&function=java:square")).containsExactly(bad, good);
    assertThat(list("label=suite:find&function=identity")).containsExactly(other);
    assertThat(list("label=suite:find&function=python")).isEmpty();
    String created = Api.json(api.get(bad)).get("createdAt").stringValue();
    assertThat(list("label=suite:find&createdAfter=" + created)).containsExactly(other);
    assertThat(list("label=suite:find&createdBefore=" + created)).containsExactly(good);
  }

  @Test
  void aJobIsFoundByTheStateThatItShows() throws Exception {
    String solo = ",\"labels\":{\"suite\":\"live\"},\"pool\":\"solo\",\"inputs\"";
    String runs = api.submit(Api.job("sleep", "[60000]").replace(",\"inputs\"", solo));
    String waits = api.submit(Api.job("sleep", "[60000]").replace(",\"inputs\"", solo));
    api.post(waits + "/pause", "");

    Wait.untilSeen("one of them runs", () -> isRunning(runs));
    assertThat(list("label=suite:live&state=running")).containsExactly(runs);
    assertThat(list("label=suite:live&state=paused")).containsExactly(waits);
    assertThat(list("label=suite:live&state=queued")).isEmpty();
    api.kill(runs);
    api.kill(waits);
    assertThat(list("label=suite:live&state=cancelled")).containsExactly(waits, runs);
  }

  private boolean isRunning(String job) {
    try {
      return Api.json(api.get(job)).get("state").stringValue().equals("running");
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theNextPageKeepsTheFilters() throws Exception {
    String first = job("square", "[1]", "{\"suite\":\"a b&c=<d>\"}");
    job("square", "[1]", "{\"suite\":\"other\"}");
    String second = job("square", "[1]", "{\"suite\":\"a b&c=<d>\"}");

    HttpResponse<String> page =
        api.get(
            "/v1/jobs?state=succeeded,failed&label=suite%3Aa+b%26c%3D%3Cd%3E&limit=1"
                + "&function=square&createdAfter=2020-01-01T00:00:00%2B02:00");
    String link = page.headers().firstValue("Link").orElseThrow();
    HttpResponse<String> next = api.get(link.substring(1, link.indexOf('>')));

    assertThat(link).endsWith("; rel=\"next\"");
    assertThat(ids(page)).containsExactly(second);
    assertThat(ids(next)).containsExactly(first);
    assertThat(next.headers().firstValue("Link")).isEmpty();
    assertThat(Api.json(next).get("next").isNull()).isTrue();
  }

  @Test
  void aPlaceThatWasDamagedIsRefused() throws Exception {
    job("square", "[1]", "{\"suite\":\"damaged\"}");
    job("square", "[1]", "{\"suite\":\"damaged\"}");
    String query = "/v1/jobs?label=suite:damaged&limit=1";
    String next = Api.json(api.get(query)).get("next").stringValue();
    int at = "job_01".length();
    char other = next.charAt(at) == '7' ? '8' : '7';
    String damaged = next.substring(0, at) + other + next.substring(at + 1);

    assertThat(list("label=suite:damaged&before=" + next)).hasSize(1);
    for (String bad : List.of(damaged, next.substring(0, next.indexOf('-')), next + "0")) {
      HttpResponse<String> answer = api.get(query + "&before=" + bad);
      assertThat(answer.statusCode()).as(bad).isEqualTo(400);
      assertThat(answer.body()).contains("before: expected the next of a page");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "state=done                 | state: expected some of receiving, queued, running, paused",
        "state=                     | state: expected some of",
        "state=failed,,queued       | state: expected some of",
        "label=app                  | label: expected name:value, got: app",
        "label=:x                   | label: expected 1 to 100 letters",
        "label=a%20b:x              | label: expected 1 to 100 letters",
        "function=                  | function: expected 1 to 500 characters",
        "function=a%00              | function: expected at most 500 characters and no NUL",
        "label=a:%00                | label: expected at most 200 characters and no NUL",
        "function=a&function=b      | function: expected it once, got it 2 times",
        "createdAfter=yesterday     | createdAfter: expected an RFC 3339 time",
        "createdBefore=2026-01-01   | createdBefore: expected an RFC 3339 time",
        "createdBefore=1969-12-31T00:00:00Z | createdBefore: expected a time of the years 1970",
        "createdAfter=2026-01-01T00:00:00+02:00 | (a + written as %2B)",
        "before=job_1               | before: expected the next of a page, got: job_1",
        "before=2-1kz0q3            | before: expected the next of a page",
        "limit=1001                 | limit: expected a whole number from 1 to 1000",
      })
  void aBadParameterIsNamed(String query, String said) throws Exception {
    HttpResponse<String> answer = api.get("/v1/jobs?" + query);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Api.json(answer).get("type").stringValue()).isEqualTo("/problems/invalid-parameter");
    assertThat(Api.json(answer).get("detail").stringValue()).contains(said);
  }

  @Test
  void tooManyLabelsAreRefused() throws Exception {
    StringBuilder query = new StringBuilder("limit=1");
    for (int i = 0; i < 9; i++) {
      query.append("&label=l").append(i).append(":x");
    }

    HttpResponse<String> answer = api.get("/v1/jobs?" + query);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("label: expected at most 8 labels, got 9");
  }
}
