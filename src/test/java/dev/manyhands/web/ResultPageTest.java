package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Pages of results, and how one leads to the next.
@ExtendWith(ApiExtension.class)
class ResultPageTest {
  private final Api api;

  ResultPageTest(Api api) {
    this.api = api;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=3",
        "limit=3&order=completion",
        "limit=2&status=failed",
        "limit=1&status=succeeded,failed&order=completion",
        "limit=8"
      })
  void theHeaderLeadsThroughAllPages(String query) throws Exception {
    String job = api.run("square", "[0,\"x\",2,\"y\",4,\"z\",6,\"u\"]");
    String whole = query.replaceFirst("limit=\\d+&?", "");
    List<JsonNode> all = results(api.get(job + "/results?" + whole));

    List<JsonNode> paged = new ArrayList<>();
    String path = job + "/results?" + query;
    for (int pages = 0; path != null; pages++) {
      assertThat(pages).isLessThan(10);
      HttpResponse<String> page = api.get(path);
      paged.addAll(results(page));
      path = next(page);
    }

    assertThat(paged).isNotEmpty().isEqualTo(all);
  }

  @Test
  void thePageOfAJobThatGoesOnHasANextOne() throws Exception {
    String body = Api.job("sleep", "[0,60000]").replace("\"inputs\"", "\"chunkSize\":1,\"inputs\"");
    String job = api.submit(body);
    Wait.untilSeen("one has ended", () -> succeeded(job) == 1);

    HttpResponse<String> page = api.get(job + "/results?limit=5&status=succeeded");
    api.kill(job);

    assertThat(results(page)).hasSize(1);
    assertThat(next(page)).contains("limit=5").contains("status=succeeded");
    assertThat(Api.json(api.get(String.valueOf(next(page)))).get("next").isNull()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "application/jsonl"})
  void anUnknownEventIdIsRefusedWithoutFollowingToo(String type) throws Exception {
    String job = api.run("square", "[1,2,3]");

    HttpResponse<String> refused =
        api.get(job + "/results", "Accept", type, "Last-Event-ID", "zzz");
    String place = Api.json(api.get(job + "/results?limit=2")).get("next").stringValue();
    HttpResponse<String> rest = api.get(job + "/results", "Accept", type, "Last-Event-ID", place);

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(Api.json(refused).get("detail").stringValue()).startsWith("Last-Event-ID: ");
    assertThat(rest.body()).contains("\"index\":2").doesNotContain("\"index\":1");
  }

  private int succeeded(String job) {
    try {
      return Api.json(api.get(job)).at("/counts/succeeded").intValue();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<JsonNode> results(HttpResponse<String> page) {
    return List.copyOf(Api.json(page).get("results").values());
  }

  /// The path that the header names; null if the page is the last.
  private static @Nullable String next(HttpResponse<String> page) {
    String link = page.headers().firstValue("Link").orElse(null);
    assertThat(link == null).isEqualTo(Api.json(page).get("next").isNull());
    if (link == null) {
      return null;
    }
    assertThat(link).startsWith("<").endsWith(">; rel=\"next\"");
    return link.substring(1, link.indexOf('>'));
  }
}
