package dev.manyhands.web.openapi;

import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.List;

/// Webhooks: what they were told, and what they are sent.
final class WebhookOperations {
  private static final String TAG = "Webhooks";

  private WebhookOperations() {}

  static List<Op> all() {
    return List.of(
        Op.of(
                "GET /v1/jobs/{id}/deliveries",
                "listDeliveries",
                TAG,
                "What a job's webhooks were told, and what became of it")
            .path("id", Shapes.jobId(), "the job")
            .answers(
                200,
                "All of them, oldest first.",
                WebhookForms.DeliveryList.class,
                JobExamples.DELIVERIES));
  }

  /// The request that a webhook gets.
  static PathItem sent() {
    ApiResponses taken = new ApiResponses();
    taken.addApiResponse("2XX", new ApiResponse().description("It is taken."));
    taken.addApiResponse(
        "410", new ApiResponse().description("Nothing more of the job is sent there."));
    taken.addApiResponse(
        ApiResponses.DEFAULT,
        new ApiResponse().description("It is sent again later, with the same id."));
    return new PathItem()
        .post(
            new Operation()
                .operationId("jobEvent")
                .tags(List.of(TAG))
                .summary("Sent to each of a job's webhooks")
                .parameters(
                    List.of(
                        header("webhook-id", "the same at every attempt: drop what you know"),
                        header("webhook-timestamp", "seconds since 1970, of the attempt"),
                        header(
                            "webhook-signature",
                            "`v1,` and the base64 of HMAC-SHA256 over id.timestamp.body")))
                .requestBody(
                    new RequestBody()
                        .required(true)
                        .content(
                            new Content()
                                .addMediaType(
                                    Op.JSON,
                                    Op.media(
                                        Shapes.form(WebhookForms.Event.class), JobExamples.TOLD))))
                .responses(taken));
  }

  private static Parameter header(String name, String text) {
    return new Parameter()
        .in("header")
        .name(name)
        .required(true)
        .schema(Shapes.text(""))
        .description(text);
  }
}
