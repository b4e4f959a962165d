package dev.manyhands.outbound;

import dev.manyhands.job.Headers;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
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
  /// @throws IllegalArgumentException if a header is none that a request can have
  public OutboundRequest {
    Map<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.forEach((name, value) -> {
      Headers.require(name, value);
      byName.put(name, value);
    });
    headers = byName;
  }
}
