package dev.manyhands.web;

import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.job.Shown;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.server.ResponseStatusException;

/// The body of a request that tells the service to change something: a little JSON, or nothing.
final class SmallBody {
  static final int MAX_BYTES = 100_000;

  private SmallBody() {}

  /// The whole body. A body that is not called JSON is refused, and so is one that is encoded; none
  /// need not be called anything.
  static byte[] read(HttpServletRequest request) throws IOException {
    byte[] body = request.getInputStream().readNBytes(MAX_BYTES + 1);
    if (body.length > MAX_BYTES) {
      throw new Refused(
          new Refusal.TooLarge(
              "max-order", "", "expected a body of at most " + MAX_BYTES + " bytes, got more"));
    }
    if (body.length > 0 && !isJson(request.getContentType())) {
      throw new ResponseStatusException(
          HttpStatus.UNSUPPORTED_MEDIA_TYPE,
          "expected application/json, got: "
              + Shown.of(String.valueOf(request.getHeader("Content-Type"))));
    }
    if (body.length > 0) {
      SubmittedBody.refuseOtherEncodings(request);
    }
    return body;
  }

  private static boolean isJson(@Nullable String type) {
    try {
      MediaType media = type == null ? null : MediaType.parseMediaType(type);
      return media != null
          && (media.isCompatibleWith(MediaType.APPLICATION_JSON)
              || "json".equals(media.getSubtypeSuffix()));
    } catch (InvalidMediaTypeException e) {
      return false;
    }
  }
}
