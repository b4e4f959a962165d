package dev.manyhands.web;

import dev.manyhands.job.Shown;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;

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
    return Problem.of(status, code, title, detail(known, method, path, said));
  }

  private static String detail(
      HttpStatus status, String method, String path, @Nullable ErrorResponse said) {
    return switch (said) {
      case HttpRequestMethodNotSupportedException other ->
          "expected " + methods(other) + " here, got " + Shown.of(method);
      case HttpMediaTypeNotSupportedException type ->
          "expected a Content-Type of "
              + types(type.getSupportedMediaTypes())
              + ", got: "
              + (type.getContentType() == null
                  ? "none that can be read"
                  : Shown.of(type.getContentType() + ""));
      case HttpMediaTypeNotAcceptableException type ->
          "expected that Accept allows " + types(type.getSupportedMediaTypes());
      case null, default ->
          switch (status) {
            case NOT_FOUND -> "there is nothing at " + Shown.of(path);
            case METHOD_NOT_ALLOWED -> "expected another method than " + Shown.of(method);
            default -> said(status, said);
          };
    };
  }

  private static String said(HttpStatus status, @Nullable ErrorResponse said) {
    String detail = said == null ? null : said.getBody().getDetail();
    return detail == null ? status.getReasonPhrase() : detail;
  }

  private static String methods(HttpRequestMethodNotSupportedException other) {
    String[] methods = other.getSupportedMethods();
    return methods == null ? "another method" : String.join(" or ", methods);
  }

  /// What cannot be read at all is turned down before it is known what would have been taken.
  private static String types(List<MediaType> types) {
    return types.isEmpty()
        ? "a media type such as application/json"
        : types.stream().map(MediaType::toString).distinct().collect(Collectors.joining(" or "));
  }
}
