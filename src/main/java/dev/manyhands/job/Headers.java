package dev.manyhands.job;

import java.util.Locale;
import java.util.Set;

/// What headers a request of the service may have.
public final class Headers {
  private static final Set<String> NOT_THE_SENDERS =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "keep-alive",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /// Beside letters and digits (RFC 9110).
  private static final String TOKEN = "!#$%&'*+-.^_`|~";

  private Headers() {}

  /// @throws IllegalArgumentException if no request can have such a header: its name is none or
  ///   belongs to the connection, or its value has a line break or another character that is not
  ///   printable ASCII
  public static void require(String name, String value) {
    requireName(name);
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' && c != '\t' || c >= 0x7f) {
        throw new IllegalArgumentException(
            "expected a value of header %s of printable ASCII characters, got U+%04X at place %d"
                .formatted(name, (int) c, i));
      }
    }
  }

  /// @throws IllegalArgumentException if it is no name, or belongs to the connection
  public static void requireName(String name) {
    if (name.isEmpty() || !name.chars().allMatch(Headers::isOfToken)) {
      throw new IllegalArgumentException("expected the name of a header, got: " + Shown.of(name));
    }
    if (NOT_THE_SENDERS.contains(name.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "expected a header that does not belong to the connection, got: " + name);
    }
  }

  private static boolean isOfToken(int c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || TOKEN.indexOf(c) >= 0;
  }
}
