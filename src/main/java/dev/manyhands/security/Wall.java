package dev.manyhands.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/// The answer to a request that does not get in, as a problem document (RFC 9457).
final class Wall {
  static final Wall NO_KEY =
      new Wall(
          401,
          "unauthorized",
          "Unauthorized",
          "expected the header Authorization: Bearer and the key of this service");
  static final Wall FORBIDDEN = new Wall(403, "forbidden", "Forbidden", "this key may not do that");
  static final Wall FOREIGN_SITE =
      new Wall(403, "foreign-site", "Forbidden", "expected a request of no other site's page");
  static final Wall BAD_REQUEST =
      new Wall(
          400,
          "bad-request",
          "Bad Request",
          "expected a known method, a plain path, and localhost, 127.0.0.1 or [::1] as the host");

  private final int status;
  private final byte[] body;

  private Wall(int status, String type, String title, String detail) {
    this.status = status;
    this.body =
        """
        {"type":"/problems/%s","title":"%s","status":%d,"detail":"%s"}\
        """
            .formatted(type, title, status, detail)
            .getBytes(UTF_8);
  }

  void write(HttpServletResponse response) throws IOException {
    response.setStatus(status);
    if (status == 401) {
      response.setHeader("WWW-Authenticate", "Bearer");
    }
    response.setContentType("application/problem+json");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
