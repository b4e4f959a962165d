package dev.manyhands.web;

import jakarta.servlet.http.HttpServletRequest;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Enumeration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `Prefer: wait=n` (RFC 7240): answer when the job has ended, or after n seconds as it stands.
final class Prefer {
  static final int MAX_SECONDS = 60;

  /// The header that says that it was heeded.
  static final String APPLIED = "Preference-Applied";

  private static final Pattern WAIT =
      Pattern.compile(
          "(?:^|[,;])\\s*wait\\s*=\\s*\"?(\\d+)\"?\\s*(?:[,;]|$)", Pattern.CASE_INSENSITIVE);

  private Prefer() {}

  static String applied(Duration wait) {
    return "wait=" + wait.toSeconds();
  }

  /// How long to wait, at most a minute; none if nothing was asked for, or nothing that can be
  /// honoured, which is no error.
  static Optional<Duration> waiting(HttpServletRequest request) {
    for (Enumeration<String> all = request.getHeaders("Prefer"); all.hasMoreElements(); ) {
      Matcher wait = WAIT.matcher(all.nextElement());
      if (wait.find()) {
        // Of any length: what is too long is a minute.
        BigInteger seconds = new BigInteger(wait.group(1)).min(BigInteger.valueOf(MAX_SECONDS));
        return Optional.of(Duration.ofSeconds(seconds.longValue()));
      }
    }
    return Optional.empty();
  }
}
