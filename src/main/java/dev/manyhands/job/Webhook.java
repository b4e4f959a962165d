package dev.manyhands.job;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;

/// An address that is told what happens to a job, in the form of Standard Webhooks.
///
/// A broken rule is reported with a pointer from this record's own object.
///
/// @param url where the news is posted
/// @param secret signs the news; given out once, in the answer to the submission, and never again
/// @param events which news, of [#EVENTS]; none, as stored jobs may have it: every one that there
///   is
public record Webhook(String url, String secret, List<String> events) {
  public static final String STARTED = "job.started";
  public static final String ENDED = "job.ended";
  public static final List<String> EVENTS = List.of(STARTED, ENDED);

  private static final String SECRET = "whsec_";
  private static final int MIN_SECRET_BYTES = 24;
  private static final int MAX_SECRET_BYTES = 64;
  private static final int MAX_URL_CHARS = 2000;
  private static final SecureRandom RANDOM = new SecureRandom();

  public Webhook {
    Rules.text("/url", url, MAX_URL_CHARS);
    try {
      Urls.parse(url);
    } catch (IllegalArgumentException e) {
      throw new Invalid("/url", String.valueOf(e.getMessage()));
    }
    checkSecret(secret);
    events = List.copyOf(events);
    Rules.size("/events", "words", 0, EVENTS.size(), events.size());
    for (int i = 0; i < events.size(); i++) {
      if (!EVENTS.contains(events.get(i))) {
        throw new Invalid(
            "/events/" + i,
            "expected one of " + String.join(", ", EVENTS) + ", got: " + Shown.of(events.get(i)));
      }
    }
  }

  /// What came is not repeated: it may be a real secret with a slip of the pen.
  private static void checkSecret(String secret) {
    try {
      int bytes = secret.startsWith(SECRET) ? key(secret).length : 0;
      if (bytes >= MIN_SECRET_BYTES && bytes <= MAX_SECRET_BYTES) {
        return;
      }
    } catch (IllegalArgumentException notBase64) {
      // Falls through: the same answer.
    }
    throw new Invalid(
        "/secret",
        "expected %s and %d to %d bytes as base64, or no secret to have one made"
            .formatted(SECRET, MIN_SECRET_BYTES, MAX_SECRET_BYTES));
  }

  /// A new random secret.
  public static String newSecret() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return SECRET + Base64.getEncoder().encodeToString(bytes);
  }

  /// The bytes that sign.
  public byte[] key() {
    return key(secret);
  }

  private static byte[] key(String secret) {
    return Base64.getDecoder().decode(secret.substring(SECRET.length()));
  }

  public boolean hears(String event) {
    return events.isEmpty() || events.contains(event);
  }

  /// Without the secret: what is logged is read by others.
  @Override
  public String toString() {
    return "Webhook[" + url + ", " + events + "]";
  }
}
