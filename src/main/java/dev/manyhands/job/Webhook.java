package dev.manyhands.job;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An address that is told what happens to a job.
///
/// A broken rule is reported with a pointer from this record's own object.
///
/// @param url where the news is posted
/// @param secret signs the news; never shown again
/// @param events which news; none: every one that there is
public record Webhook(String url, @Nullable String secret, List<String> events) {
  private static final int MAX_URL_CHARS = 2000;
  private static final int MAX_SECRET_CHARS = 200;
  private static final int MAX_EVENTS = 20;

  public Webhook {
    Rules.text("/url", url, MAX_URL_CHARS);
    if (secret != null) {
      Rules.text("/secret", secret, MAX_SECRET_CHARS);
    }
    events = List.copyOf(events);
    Rules.size("/events", "words", 0, MAX_EVENTS, events.size());
    for (int i = 0; i < events.size(); i++) {
      Rules.word("/events/" + i, events.get(i));
    }
  }

  /// Without the secret: what is logged is read by others.
  @Override
  public String toString() {
    return "Webhook[" + url + ", " + events + "]";
  }
}
