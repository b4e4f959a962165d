package dev.manyhands.web.openapi;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What webhooks are told, and what became of it.
interface WebhookForms {
  record DeliveryList(List<Delivery> deliveries) {}

  @Schema(description = "One event on its way to one webhook.")
  record Delivery(
      @Schema(
              pattern = "^msg_[0-9a-f]{32}$",
              description = "the header `webhook-id`, the same at every attempt")
          String id,
      @Schema(allowableValues = {"job.started", "job.ended"}) String event,
      String url,
      @Schema(
              allowableValues = {"pending", "delivered", "gone", "refused", "failed", "overtaken"},
              description =
                  "`gone`: it answered 410 to this or to an earlier event of the job; `refused`:"
                      + " its address may not be connected to; `failed`: every attempt did;"
                      + " `overtaken`: one did, and newer news goes first")
          String state,
      Instant createdAt,
      @Nullable Instant nextAttemptAt,
      List<Attempt> attempts) {}

  record Attempt(
      int attempt,
      Instant at,
      @Schema(description = "how long it took") double ms,
      @Schema(description = "of the answer, if one came") @Nullable Integer status,
      @Schema(description = "why none came") @Nullable String error) {}

  @Schema(description = "What is posted to a webhook, signed as Standard Webhooks says.")
  record Event(
      @Schema(allowableValues = {"job.started", "job.ended"}) String type,
      @Schema(description = "when it happened") Instant timestamp,
      EventData data) {}

  @Schema(description = "The job as it stood then.")
  record EventData(
      @Schema(pattern = JobForms.ID) String id,
      String state,
      JobForms.@Nullable Reason reason,
      JobForms.Counts counts,
      Instant createdAt,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt) {}
}
