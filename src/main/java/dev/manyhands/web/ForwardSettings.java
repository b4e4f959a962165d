package dev.manyhands.web;

import java.net.URI;
import java.net.URISyntaxException;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// How nodes that share a database reach each other.
///
/// @param url where the others reach this one; empty: its address and port, or this host's where it
///   listens on every address
/// @param maxForwards requests that are passed on to other nodes at once, readers that follow among
///   them; past it 503
@Validated
@ConfigurationProperties("manyhands.cluster")
record ForwardSettings(@DefaultValue("") String url, @DefaultValue("4000") int maxForwards) {
  private static final int MOST = 1_000_000;

  ForwardSettings {
    if (!url.isEmpty() && !isOrigin(url)) {
      throw new IllegalArgumentException(
          "manyhands.cluster.url: expected http:// or https://, a host and perhaps a port, such as"
              + " http://10.0.0.7:8080, got: "
              + url);
    }
    if (maxForwards < 1 || maxForwards > MOST) {
      throw new IllegalArgumentException(
          "manyhands.cluster.max-forwards: expected 1 to " + MOST + ", got: " + maxForwards);
    }
  }

  /// Whether it names a server and nothing else.
  static boolean isOrigin(String text) {
    try {
      URI uri = new URI(text);
      return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && (uri.getRawPath() == null || uri.getRawPath().isEmpty())
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
