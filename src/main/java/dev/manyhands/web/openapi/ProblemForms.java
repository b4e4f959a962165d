package dev.manyhands.web.openapi;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a request is answered with that cannot be met.
interface ProblemForms {
  @Schema(description = "Why a request was turned down (RFC 9457). Nothing of it was done.")
  record Problem(
      @Schema(description = "stable, for programs; a path that names the type and leads nowhere")
          String type,
      @Schema(description = "the type in words") String title,
      @Schema(description = "the HTTP status") int status,
      @Schema(description = "what was expected and what came, for people") String detail,
      @Schema(description = "the places in the body, where there are any")
          @Nullable List<Mistake> errors) {}

  @Schema(description = "One mistake in a body.")
  record Mistake(
      @Schema(description = "JSON pointer (RFC 6901); empty: the whole body", example = "/inputs")
          String pointer,
      @Schema(description = "what was expected and what came") String detail) {}
}
