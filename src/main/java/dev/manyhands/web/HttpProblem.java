package dev.manyhands.web;

import dev.manyhands.job.Shown;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponse;

/// Problems that HTTP itself has words for: no such path, another method, another media type.
final class HttpProblem {
  static final Problem INTERNAL =
      Problem.of(500, "internal", "Internal Server Error", "the service failed; its log says why");

  private HttpProblem() {}

  /// @param said the framework's own words, if it said any
  static Problem of(int status, String method, String path, @Nullable ErrorResponse said) {
    HttpStatus known = HttpStatus.resolve(status);
    if (known == null || status == INTERNAL.status()) {
      return INTERNAL;
    }
    String title = known.getReasonPhrase();
    String code = title.toLowerCase(Locale.ROOT).replace(' ', '-');
    String detail =
        switch (known) {
          case NOT_FOUND -> "there is nothing at " + Shown.of(path);
          case METHOD_NOT_ALLOWED -> "expected another method than " + Shown.of(method) + " here";
          case NOT_ACCEPTABLE -> "expected to be allowed another media type in Accept";
          default ->
              said == null || said.getBody().getDetail() == null
                  ? title
                  : said.getBody().getDetail();
        };
    return Problem.of(status, code, title, detail);
  }
}
