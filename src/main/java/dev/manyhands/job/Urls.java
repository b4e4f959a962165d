package dev.manyhands.job;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/// URLs that a request of the service may go to.
public final class Urls {
  private static final int MAX_CHARS = 8_000;
  private static final int MAX_PORT = 65_535;
  private static final Pattern NUMBER = Pattern.compile("[0-9]+|0[xX][0-9a-fA-F]*");
  private static final Pattern ADDRESS =
      Pattern.compile("((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(?!$)|$)){4}");

  private Urls() {}

  /// Reads an absolute `http` or `https` URL: with a host, without user and password.
  ///
  /// @throws IllegalArgumentException says what was expected and what came; a password is not
  ///   repeated
  public static URI parse(String text) {
    if (text.length() > MAX_CHARS) {
      throw new IllegalArgumentException(
          "expected a URL of at most " + MAX_CHARS + " characters, got " + text.length());
    }
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "expected a URL, got: " + Shown.of(text) + " (" + e.getReason() + ")", e);
    }
    String authority = url.getRawAuthority();
    if (authority != null && authority.contains("@")) {
      throw new IllegalArgumentException(
          "expected a URL without user and password: they belong into a header");
    }
    if (!isHttp(url.getScheme())) {
      throw new IllegalArgumentException(
          "expected a URL that starts with http:// or https://, got: " + Shown.of(text));
    }
    // A name or address that is not written in the usual way, such as 0x7f.1, is no host to URI.
    if (url.getHost() == null || url.getHost().contains("%") || !isPort(url.getPort())) {
      throw new IllegalArgumentException(
          "expected a URL with a host and, if one is given, a port from 1 to 65535, got: "
              + Shown.of(text));
    }
    if (isStrangeNumber(url.getHost())) {
      throw new IllegalArgumentException(
          "expected a URL whose host is a name, or an address of four numbers from 0 to 255, got: "
              + Shown.of(text));
    }
    return url;
  }

  /// Whether resolvers would take the host for an address, as they do with 0x7f000001, though it is
  /// not written as one.
  private static boolean isStrangeNumber(String host) {
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    String last = name.substring(name.lastIndexOf('.') + 1);
    return NUMBER.matcher(last).matches() && !ADDRESS.matcher(name).matches();
  }

  private static boolean isHttp(String scheme) {
    return "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
  }

  /// @param port -1: none is given
  private static boolean isPort(int port) {
    return port == -1 || port >= 1 && port <= MAX_PORT;
  }
}
