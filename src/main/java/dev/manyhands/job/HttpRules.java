package dev.manyhands.job;

import java.net.URI;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What an HTTP function must keep to.
public final class HttpRules {
  private static final int MAX_HEADERS = 64;
  private static final int MAX_HEADER_CHARS = 8_000;

  private HttpRules() {}

  static void check(
      String method, String url, Map<String, String> headers, @Nullable HttpBody body) {
    if (!Function.Http.METHODS.contains(method)) {
      throw new Invalid(
          "/function/method",
          "expected one of "
              + String.join(", ", Function.Http.METHODS)
              + ", got: "
              + Shown.of(method));
    }
    if (body != null && (method.equals("GET") || method.equals("HEAD"))) {
      throw new Invalid("/function/body", "expected no body with " + method + ", got one");
    }
    checkUrl(url);
    if (headers.size() > MAX_HEADERS) {
      throw new Invalid(
          "/function/headers",
          "expected at most " + MAX_HEADERS + " headers, got " + headers.size());
    }
    headers.forEach(HttpRules::checkHeader);
    checkNames(headers.keySet());
    if (body != null && !body.isJson()) {
      template("/function/body", body.text());
    }
  }

  private static void checkUrl(String url) {
    Template template = template("/function/url", url);
    if (template.startsWithPlace()) {
      return; // what it will be shows with each input
    }
    try {
      Urls.parse(template.fill(_ -> "x"));
    } catch (IllegalArgumentException e) {
      throw new Invalid("/function/url", String.valueOf(e.getMessage()));
    }
  }

  /// A header is the same whatever its case.
  private static void checkNames(Set<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : new TreeSet<>(names)) {
      if (!seen.add(name.toLowerCase(Locale.ROOT))) {
        throw new Invalid(
            pointer(name), "expected each header once, whatever its case, got again: " + name);
      }
    }
  }

  private static String pointer(String name) {
    return "/function/headers/" + Shown.of(name).replace("~", "~0").replace("/", "~1");
  }

  private static void checkHeader(String name, String value) {
    String pointer = pointer(name);
    if (value.length() > MAX_HEADER_CHARS) {
      throw new Invalid(
          pointer, "expected at most " + MAX_HEADER_CHARS + " characters, got " + value.length());
    }
    try {
      Headers.require(name, value);
    } catch (IllegalArgumentException e) {
      throw new Invalid(pointer, String.valueOf(e.getMessage()));
    }
    template(pointer, value);
  }

  private static Template template(String pointer, String text) {
    try {
      return new Template(text);
    } catch (IllegalArgumentException e) {
      throw new Invalid(pointer, String.valueOf(e.getMessage()));
    }
  }

  /// The URL with something in its places, if they leave its host as it is.
  public static Optional<URI> fixedUrl(String url) {
    Template template = new Template(url);
    int authority = template.start().indexOf("://") + 3;
    boolean isFixed =
        !template.isFilled()
            || authority > 2
                && template
                    .start()
                    .substring(authority)
                    .chars()
                    .anyMatch(c -> "/?#".indexOf(c) >= 0);
    return isFixed ? Optional.of(Urls.parse(template.fill(_ -> "x"))) : Optional.empty();
  }
}
