package dev.manyhands.outbound;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// One request to be sent.
///
/// @param method an HTTP method, such as `POST`
/// @param url as [Urls#parse] gives it
/// @param headers by name; none of those that belong to the connection or follow from the body
/// @param body empty: a request without one
/// @param timeout the longest that it may take in all, the lookup of the name and the whole answer
///   included
/// @param maxBody the most bytes of the answer's body that are kept
public record OutboundRequest(
    String method,
    URI url,
    Map<String, String> headers,
    byte[] body,
    Duration timeout,
    int maxBody) {
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

  private static final String TOKEN = "!#$%&'*+-.^_`|~";

  /// Header names are told apart by case no more.
  public OutboundRequest {
    Map<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.forEach((name, value) -> {
      requireHeader(name, value);
      byName.put(name, value);
    });
    headers = byName;
  }

  /// @throws IllegalArgumentException if no request can have such a header: its name is none or is
  ///   not the sender's to set, or its value has a line break or another control character
  public static void requireHeader(String name, String value) {
    requireHeaderName(name);
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' && c != '\t' || c >= 0x7f) {
        throw new IllegalArgumentException(
            "expected a value of header %s of printable ASCII characters, got U+%04X at place %d"
                .formatted(name, (int) c, i));
      }
    }
  }

  /// @throws IllegalArgumentException if it is none, or is not the sender's to set
  public static void requireHeaderName(String name) {
    boolean isToken = !name.isEmpty() && name.chars().allMatch(OutboundRequest::isTokenCharacter);
    if (!isToken) {
      throw new IllegalArgumentException("expected the name of a header, got one that is none");
    }
    if (NOT_THE_SENDERS.contains(name.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "expected a header that does not belong to the connection, got: " + name);
    }
  }

  private static boolean isTokenCharacter(int c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || TOKEN.indexOf(c) >= 0;
  }
}
