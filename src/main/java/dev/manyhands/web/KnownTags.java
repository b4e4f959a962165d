package dev.manyhands.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The versions of a thing that a client knows, as `If-None-Match` names them (RFC 9110).
record KnownTags(Set<String> tags) {
  static KnownTags of(HttpServletRequest request) {
    Enumeration<String> headers = request.getHeaders("If-None-Match");
    List<String> lines = headers == null ? List.of() : Collections.list(headers);
    Set<String> tags = new HashSet<>();
    lines.forEach(
        line -> Arrays.stream(line.split(",", -1)).map(KnownTags::strong).forEach(tags::add));
    return new KnownTags(tags);
  }

  boolean isEmpty() {
    return tags.isEmpty();
  }

  /// Whether the client knows this version.
  boolean has(String tag) {
    return tags.contains("*") || tags.contains(strong(tag));
  }

  /// Whether the client knows some version, but not this one.
  boolean isNews(String tag) {
    return !isEmpty() && !has(tag);
  }

  private static String strong(String tag) {
    String bare = tag.strip();
    return bare.startsWith("W/") ? bare.substring(2) : bare;
  }
}
