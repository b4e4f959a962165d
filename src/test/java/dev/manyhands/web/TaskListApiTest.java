package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.JobId;
import dev.manyhands.testkit.Wait;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

@ExtendWith(ApiExtension.class)
class TaskListApiTest {
  private final Api api;

  TaskListApiTest(Api api) {
    this.api = api;
  }

  private static List<Integer> indexes(JsonNode page) {
    List<Integer> indexes = new ArrayList<>();
    page.get("tasks").forEach(task -> indexes.add(task.get("index").intValue()));
    return indexes;
  }

  private JsonNode page(String path) throws Exception {
    HttpResponse<String> answer = api.get(path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Api.json(answer);
  }

  @Test
  void tasksAreListedByHowTheyEnded() throws Exception {
    String job = api.run("square", "[1,\"a\",3,\"b\",5]");

    JsonNode all = page(job + "/tasks");
    JsonNode failed = page(job + "/tasks?status=failed,crashed");

    assertThat(indexes(all)).containsExactly(0, 1, 2, 3, 4);
    assertThat(all.get("next").isNull()).isTrue();
    JsonNode task = all.get("tasks").get(0);
    assertThat(task.get("status").stringValue()).isEqualTo("succeeded");
    assertThat(task.get("attempt").intValue()).isEqualTo(1);
    assertThat(task.get("runMs").isNumber()).isTrue();
    assertThat(task.get("worker").stringValue()).startsWith("threads-");
    assertThat(task.has("startedAt") && task.has("endedAt")).isTrue();
    assertThat(task.has("value")).isFalse();
    assertThat(indexes(failed)).containsExactly(1, 3);
    assertThat(failed.get("tasks").get(1).get("error").get("kind").stringValue())
        .isEqualTo(page(job + "/tasks/3").get("error").get("kind").stringValue());
    assertThat(indexes(page(job + "/tasks?status=succeeded"))).containsExactly(0, 2, 4);
    assertThat(indexes(page(job + "/tasks?status=pending"))).isEmpty();
  }

  @Test
  void pagesFollowOneAnother() throws Exception {
    String job = api.run("square", "[1,\"a\",3,\"b\",5]");
    List<Integer> seen = new ArrayList<>();

    HttpResponse<String> page = api.get(job + "/tasks?status=succeeded&limit=2");
    seen.addAll(indexes(Api.json(page)));
    String link = page.headers().firstValue("Link").orElseThrow();
    assertThat(link).contains("status=succeeded", "limit=2", "after=");
    page = api.get(link.substring(1, link.indexOf('>')));
    seen.addAll(indexes(Api.json(page)));

    assertThat(seen).containsExactly(0, 2, 4);
    assertThat(page.headers().firstValue("Link")).isEmpty();
  }

  @Test
  void whatHasNotEndedIsPending() throws Exception {
    String job = api.submit(Api.job("sleep", "[0,60000,60000]"));
    Wait.untilSeen(
        "the first task's end",
        () -> {
          try {
            return indexes(page(job + "/tasks?status=succeeded")).equals(List.of(0));
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });

    assertThat(indexes(page(job + "/tasks?status=pending"))).containsExactly(1, 2);
    assertThat(indexes(page(job + "/tasks?status=pending&limit=1"))).containsExactly(1);
    assertThat(indexes(page(job + "/tasks"))).containsExactly(0, 1, 2);
    assertThat(page(job + "/tasks").get("tasks").get(1).toString())
        .isEqualTo("{\"index\":1,\"status\":\"pending\"}");
    api.kill(job);
    assertThat(indexes(page(job + "/tasks?status=cancelled"))).containsExactly(1, 2);
  }

  @Test
  void aPlaceThatNoJobHasIsRefused() throws Exception {
    String job = api.run("square", "[1,2]");
    JobId id = new JobId(job.substring("/v1/jobs/".length()));

    for (ResultOrder order : ResultOrder.values()) {
      String far = new Cursor(id, order, 1L << 40).text();
      List<String> paths =
          order == ResultOrder.INPUT
              ? List.of("/tasks?after=", "/results?after=", "/results?follow=true&after=")
              : List.of("/results?order=completion&after=");
      for (String path : paths) {
        HttpResponse<String> answer = api.get(job + path + far);
        assertThat(answer.statusCode()).as(path).isEqualTo(400);
        assertThat(answer.body()).contains("after: expected the next");
      }
    }
  }

  @Test
  void badParametersAreNamed() throws Exception {
    String job = api.run("square", "[1,2]");
    String other = api.run("square", "[1,2]");
    String next = page(other + "/tasks?limit=1").get("next").stringValue();

    assertThat(api.get(job + "/tasks?after=" + next).body()).contains("after: expected the next");
    assertThat(api.get(job + "/tasks?after=" + next).statusCode()).isEqualTo(400);
    assertThat(api.get(job + "/tasks?status=done").body())
        .contains("status: expected some of pending, succeeded");
    assertThat(api.get(job + "/tasks?limit=1001").body()).contains("limit: expected");
    assertThat(api.get("/v1/jobs/none/tasks").statusCode()).isEqualTo(404);
  }
}
