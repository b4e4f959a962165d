package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletResponse;
import java.net.URLEncoder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The header `Link` (RFC 8288) of a page that another one follows: the same list from where the
/// page ends, with all that was asked for.
final class NextLink {
  private final StringBuilder target;

  /// @param path of the list
  /// @param cursor the parameter that says where a page starts
  NextLink(String path, String cursor, String next) {
    target = new StringBuilder(path).append('?').append(cursor).append('=').append(encoded(next));
  }

  /// The same parameter again, as often as it came.
  NextLink with(String name, String @Nullable ... values) {
    if (values != null) {
      Arrays.stream(values)
          .forEach(value -> target.append('&').append(name).append('=').append(encoded(value)));
    }
    return this;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  void addTo(HttpServletResponse response) {
    response.setHeader("Link", "<" + target + ">; rel=\"next\"");
  }
}
