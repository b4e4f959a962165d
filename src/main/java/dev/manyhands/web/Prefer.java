package dev.manyhands.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Enumeration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `Prefer: wait=n` (RFC 7240): answer when the job has ended, or after n seconds as it stands.
final class Prefer {
  private static final int MAX_SECONDS = 60;
  private static final Pattern WAIT =
      Pattern.compile(
          "(?:^|[,;])\\s*wait\\s*=\\s*\"?(\\d{1,9})\"?\\s*(?:[,;]|$)", Pattern.CASE_INSENSITIVE);

  private Prefer() {}

  /// How long to wait, at most a minute, and said so in the answer; none if nothing was asked for,
  /// or nothing that can be honoured, which is no error.
  static Optional<Duration> waiting(HttpServletRequest request, HttpServletResponse response) {
    for (Enumeration<String> all = request.getHeaders("Prefer"); all.hasMoreElements(); ) {
      Matcher wait = WAIT.matcher(all.nextElement());
      if (wait.find()) {
        int seconds = Math.min(MAX_SECONDS, Integer.parseInt(wait.group(1)));
        response.setHeader("Preference-Applied", "wait=" + seconds);
        return Optional.of(Duration.ofSeconds(seconds));
      }
    }
    return Optional.empty();
  }
}
