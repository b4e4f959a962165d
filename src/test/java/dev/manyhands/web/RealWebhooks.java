package dev.manyhands.web;

import dev.manyhands.testkit.Receiver;
import dev.manyhands.testkit.Wait;

/// Webhooks that are told, in vain too, and what became of it.
final class RealWebhooks {
  private final Api api;
  private final SentRequests sent;

  RealWebhooks(Api api, SentRequests sent) {
    this.api = api;
    this.sent = sent;
  }

  void all() throws Exception {
    try (Receiver receiver = new Receiver(Api.reachable(), 500, Receiver.SILENCE);
        Receiver other = new Receiver(Api.reachable(), 204)) {
      String told =
          sent.post(
              """
              {"function": {"type": "java", "name": "square"}, "inputs": [1],
               "webhooks": [{"url": "URL", "events": ["job.started"]}, {"url": "http://127.0.0.2:9"}]}
              """
                  .replace("URL", receiver.url()));
      String failed = api.run("square", "[\"x\"]");
      sent.post(
          """
          {"function": {"type": "java", "name": "square"}, "inputs": [1],
           "dependsOn": {"jobs": ["JOB"]}, "webhooks": [{"url": "URL"}]}
          """
              .replace("JOB", failed.substring(failed.lastIndexOf('/') + 1))
              .replace("URL", other.url()));
      receiver.await(2).forEach(heard -> sent.told(heard.body()));
      other.await(1).forEach(heard -> sent.told(heard.body()));
      Wait.untilSeen("an attempt failed", () -> body(told).contains("\"error\""));
      sent.get("GET /v1/jobs/{id}/deliveries", told + "/deliveries");
    }
  }

  private String body(String job) {
    try {
      return api.get(job + "/deliveries").body();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
