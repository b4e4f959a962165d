package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import dev.manyhands.testkit.Receiver;
import dev.manyhands.testkit.Receiver.Heard;
import dev.manyhands.testkit.Wait;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Webhooks through the API, heard by a real server and verified by the Standard Webhooks' own
/// library. The service under test makes 4 attempts, some milliseconds apart.
@ExtendWith(ApiExtension.class)
class WebhookApiTest {
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  private final Api api;

  WebhookApiTest(Api api) {
    this.api = api;
  }

  @Test
  void aJobsStartAndEndAreToldWithASignatureThatOthersVerify() throws Exception {
    try (Receiver receiver = new Receiver(Api.reachable(), 204)) {
      JsonNode accepted = accepted("{\"url\":\"" + receiver.url() + "\"}");
      String secret = accepted.at("/webhooks/0/secret").stringValue();

      List<Heard> heard = receiver.await(2);

      List<String> types = new ArrayList<>();
      for (Heard one : heard) {
        new Webhook(secret).verify(one.body(), one.headers());
        JsonNode event = Api.MAPPER.readTree(one.body());
        types.add(event.get("type").stringValue());
        assertThat(event.at("/data/id").stringValue()).isEqualTo(accepted.get("id").stringValue());
        assertThat(event.at("/data/counts/total").intValue()).isEqualTo(3);
        Assertions.assertThrows(
            WebhookVerificationException.class,
            () -> new Webhook(SECRET).verify(one.body(), one.headers()));
      }
      assertThat(types).containsExactly("job.started", "job.ended");
      assertThat(heard.get(0).id()).isNotEqualTo(heard.get(1).id());

      String path = "/v1/jobs/" + accepted.get("id").stringValue();
      for (JsonNode delivery : ended(path)) {
        assertThat(delivery.get("state").stringValue()).isEqualTo("delivered");
        assertThat(delivery.at("/attempts/0/status").intValue()).isEqualTo(204);
      }
      assertThat(api.get(path).body()).contains(receiver.url()).doesNotContain("whsec_", secret);
      assertThat(api.get(path + "/deliveries").body()).doesNotContain("whsec_", secret);
    }
  }

  @Test
  void theClientsOwnSecretSignsAndOnlyTheEventsAskedForAreTold() throws Exception {
    try (Receiver receiver = new Receiver(Api.reachable(), 200)) {
      JsonNode accepted =
          accepted(
              "{\"url\":\"%s\",\"secret\":\"%s\",\"events\":[\"job.ended\"]}"
                  .formatted(receiver.url(), SECRET));

      Heard heard = receiver.await(1).getFirst();

      new Webhook(SECRET).verify(heard.body(), heard.headers());
      JsonNode event = Api.MAPPER.readTree(heard.body());
      assertThat(event.get("type").stringValue()).isEqualTo("job.ended");
      assertThat(event.at("/data/state").stringValue()).isEqualTo("succeeded");
      assertThat(ended("/v1/jobs/" + accepted.get("id").stringValue())).hasSize(1);
    }
  }

  @Test
  void whatIsNotTakenIsSentAgainWithTheSameId() throws Exception {
    try (Receiver receiver = new Receiver(Api.reachable(), 500, 302, 200)) {
      JsonNode accepted = accepted(ofEnd(receiver.url()));

      List<Heard> heard = receiver.await(3);

      assertThat(heard).extracting(Heard::id).containsOnly(heard.getFirst().id());
      assertThat(heard).extracting(Heard::body).containsOnly(heard.getFirst().body());
      JsonNode delivery = ended("/v1/jobs/" + accepted.get("id").stringValue()).getFirst();
      assertThat(delivery.get("state").stringValue()).isEqualTo("delivered");
      assertThat(delivery.get("attempts").values())
          .extracting(attempt -> attempt.get("status").intValue())
          .containsExactly(500, 302, 200);
    }
  }

  @Test
  void aStartThatWasNotTakenIsNotToldAfterTheEnd() throws Exception {
    try (Receiver receiver = new Receiver(Api.reachable(), 500)) {
      JsonNode accepted = accepted("{\"url\":\"" + receiver.url() + "\"}");

      List<JsonNode> deliveries = ended("/v1/jobs/" + accepted.get("id").stringValue());

      // How often the start was tried before the end came is a matter of time.
      assertThat(deliveries)
          .extracting(delivery -> delivery.get("event").stringValue())
          .containsExactly("job.started", "job.ended");
      assertThat(deliveries.get(0).get("state").stringValue()).isIn("overtaken", "failed");
      assertThat(deliveries.get(1).get("attempts")).hasSize(4);
      int starts = deliveries.get(0).get("attempts").size();
      List<Heard> heard = receiver.await(starts + 4);
      assertThat(heard.subList(0, starts)).allMatch(one -> one.body().contains("job.started"));
      assertThat(heard.subList(starts, starts + 4))
          .allMatch(one -> one.body().contains("job.ended"));
    }
  }

  @Test
  void whoIsGoneIsToldNothingMoreOfTheJob() throws Exception {
    try (Receiver receiver = new Receiver(Api.reachable(), 410)) {
      JsonNode accepted = accepted("{\"url\":\"" + receiver.url() + "\"}");

      List<JsonNode> deliveries = ended("/v1/jobs/" + accepted.get("id").stringValue());

      assertThat(deliveries)
          .extracting(delivery -> delivery.get("event").stringValue())
          .containsExactly("job.started", "job.ended");
      assertThat(deliveries)
          .extracting(delivery -> delivery.get("state").stringValue())
          .containsOnly("gone");
      assertThat(deliveries.get(0).get("attempts")).hasSize(1);
      assertThat(deliveries.get(1).get("attempts")).isEmpty();
      assertThat(receiver.await(1)).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"410, gone, 1", "503, failed, 4"})
  void aDeliveryEndsAfterItsLastAttempt(int status, String state, int attempts) throws Exception {
    try (Receiver receiver = new Receiver(Api.reachable(), status)) {
      JsonNode accepted = accepted(ofEnd(receiver.url()));

      JsonNode delivery = ended("/v1/jobs/" + accepted.get("id").stringValue()).getFirst();

      assertThat(delivery.get("state").stringValue()).isEqualTo(state);
      assertThat(delivery.get("attempts")).hasSize(attempts);
      assertThat(receiver.await(attempts)).hasSize(attempts);
    }
  }

  @Test
  void nobodyListeningIsAnErrorInTheLog() throws Exception {
    Receiver gone = new Receiver(Api.reachable(), 200);
    gone.close();

    JsonNode accepted = accepted(ofEnd(gone.url()));

    JsonNode delivery = ended("/v1/jobs/" + accepted.get("id").stringValue()).getFirst();
    assertThat(delivery.get("state").stringValue()).isEqualTo("failed");
    assertThat(delivery.at("/attempts/0/error").stringValue()).contains("127.0.0.2");
    assertThat(delivery.at("/attempts/0").has("status")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:1/",
        "http://localhost/",
        "http://[::1]/",
        "http://10.1.2.3/",
        "http://169.254.169.254/latest/meta-data"
      })
  void aPrivateAddressIsRefused(String url) throws Exception {
    HttpResponse<String> answer = post("{\"url\":\"" + url + "\"}");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(Api.json(answer).at("/errors/0/pointer").stringValue()).isEqualTo("/webhooks/0/url");
  }

  @Test
  void noEventAtAllIsNotWhatAnyoneMeans() throws Exception {
    String job =
        """
        {"function": {"type": "java", "name": "square"},
         "webhooks": [{"url": "http://example.com/"}, {"url": "http://example.com/", "events": []}]MORE}
        """
            .strip();

    List<HttpResponse<String>> refused =
        List.of(
            api.post("/v1/jobs", job.replace("MORE", ", \"inputs\": [1]")),
            api.post("/v1/jobs", job.replace("MORE", ", \"tasks\": [{\"input\": 1}]")),
            api.send(
                api.to("/v1/jobs")
                    .header("Content-Type", "application/jsonl")
                    .POST(
                        BodyPublishers.ofString(
                            job.replace("MORE", "").replace("\n", "") + "\n1\n"))));

    for (HttpResponse<String> answer : refused) {
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
      JsonNode error = Api.json(answer).at("/errors/0");
      assertThat(error.get("pointer").stringValue()).isEqualTo("/webhooks/1/events");
      assertThat(error.get("detail").stringValue()).contains("got an empty array");
    }
  }

  @Test
  void aSecretThatTheAnswerWouldNotTellIsNotMade() throws Exception {
    try (Receiver receiver = new Receiver(Api.reachable(), 200)) {
      String made = ",\"webhooks\":[" + ofEnd(receiver.url()) + "]";
      String given =
          ",\"webhooks\":[{\"url\":\"" + receiver.url() + "\",\"secret\":\"" + SECRET + "\"}]";
      String lines = "{\"function\":{\"type\":\"java\",\"name\":\"square\"}HOOKS}\n2\n";
      String path = "/v1/jobs?view=values";

      List<HttpResponse<String>> refused =
          List.of(
              api.post(path, Api.job("square", "[2]" + made), "Prefer", "wait=20"),
              api.send(
                  api.to(path)
                      .header("Content-Type", "application/jsonl")
                      .header("Prefer", "wait=20")
                      .POST(BodyPublishers.ofString(lines.replace("HOOKS", made)))));
      HttpResponse<String> told =
          api.post(path, Api.job("square", "[2]" + given), "Prefer", "wait=20");

      for (HttpResponse<String> answer : refused) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        assertThat(Api.json(answer).at("/errors/0/pointer").stringValue()).isEqualTo("/webhooks");
      }
      assertThat(told.body()).isEqualTo("[4]");
    }
  }

  @Test
  void deliveriesLeaveWithTheirJob() throws Exception {
    try (Receiver receiver = new Receiver(Api.reachable(), 200)) {
      JsonNode accepted = accepted(ofEnd(receiver.url()));
      String path = "/v1/jobs/" + accepted.get("id").stringValue();
      assertThat(ended(path)).hasSize(1);

      assertThat(api.send(api.to(path).DELETE()).statusCode()).isEqualTo(204);

      assertThat(api.get(path + "/deliveries").statusCode()).isEqualTo(404);
    }
  }

  private static String ofEnd(String url) {
    return "{\"url\":\"" + url + "\",\"events\":[\"job.ended\"]}";
  }

  private HttpResponse<String> post(String webhook) throws Exception {
    return api.post(
        "/v1/jobs",
        Api.job("square", "[1,2,3],\"webhooks\":[" + webhook + "]"),
        "Prefer",
        "wait=20");
  }

  private JsonNode accepted(String webhook) throws Exception {
    HttpResponse<String> answer = post(webhook);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return Api.json(answer);
  }

  /// The job's deliveries, when none is pending any more.
  private List<JsonNode> ended(String job) throws Exception {
    Wait.untilSeen(
        "the deliveries of " + job + " have ended",
        () -> {
          List<JsonNode> now = deliveries(job);
          return !now.isEmpty()
              && now.stream().noneMatch(one -> one.get("state").stringValue().equals("pending"));
        });
    return deliveries(job);
  }

  private List<JsonNode> deliveries(String job) {
    try {
      return List.copyOf(Api.json(api.get(job + "/deliveries")).get("deliveries").values());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
