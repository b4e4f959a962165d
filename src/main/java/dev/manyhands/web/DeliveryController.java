package dev.manyhands.web;

import dev.manyhands.dispatch.JobService;
import dev.manyhands.job.JobId;
import dev.manyhands.store.Delivery;
import dev.manyhands.store.Delivery.Attempt;
import dev.manyhands.store.Outbox;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;

/// What a job's webhooks were told, and what became of it. There are at most as many deliveries as
/// the job has webhooks times events, and each has a bounded number of attempts: one answer holds
/// all.
@RestController
final class DeliveryController {
  private final JobService jobs;
  private final Outbox outbox;

  DeliveryController(JobService jobs, Outbox outbox) {
    this.jobs = jobs;
    this.outbox = outbox;
  }

  @GetMapping(path = "/v1/jobs/{id}/deliveries", produces = Json.TYPE)
  void deliveries(@PathVariable String id, HttpServletResponse response) throws IOException {
    JobId job = jobs.job(Parameters.jobId(id)).id();
    Json.send(
        response,
        200,
        Json.object(json -> {
          json.writeArrayPropertyStart("deliveries");
          outbox.of(job).forEach(delivery -> write(json, delivery));
          json.writeEndArray();
        }));
  }

  private static void write(JsonGenerator json, Delivery delivery) {
    json.writeStartObject();
    json.writeStringProperty("id", delivery.id());
    json.writeStringProperty("event", delivery.event());
    json.writeStringProperty("url", delivery.webhook().url());
    json.writeStringProperty("state", delivery.state().word());
    json.writeStringProperty("createdAt", delivery.createdAt().toString());
    if (delivery.dueAt() != null) {
      json.writeStringProperty("nextAttemptAt", delivery.dueAt().toString());
    }
    json.writeArrayPropertyStart("attempts");
    delivery.attempts().forEach(attempt -> write(json, attempt));
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Attempt attempt) {
    json.writeStartObject();
    json.writeNumberProperty("attempt", attempt.number());
    json.writeStringProperty("at", attempt.at().toString());
    json.writeNumberProperty("ms", attempt.took().toNanos() / 1e6);
    if (attempt.status() != null) {
      json.writeNumberProperty("status", attempt.status());
    }
    if (attempt.error() != null) {
      json.writeStringProperty("error", attempt.error());
    }
    json.writeEndObject();
  }
}
