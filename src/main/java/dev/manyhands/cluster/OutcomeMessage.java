package dev.manyhands.cluster;

import dev.manyhands.job.Outcomes;
import dev.manyhands.job.RunTimes;
import dev.manyhands.job.Stint;
import dev.manyhands.json.FailuresJson;
import dev.manyhands.json.OutputsJson;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What became of a chunk, on its way to the chunk's owner.
///
/// @param outcomes how some of its tasks ended; there with [Kind#OUTCOMES] only
record OutcomeMessage(String token, Kind kind, @Nullable Outcomes outcomes) {
  /// Beside its head.
  static final int PARTS = 4;

  private static final byte[] NOTHING = {};

  /// What is told.
  enum Kind {
    OUTCOMES,
    /// The worker has ended the chunk, and did not start the rest.
    END,
    /// The broker gave it to a second node: whoever had it has lost the broker, or is gone.
    RETURNED,
    /// A [Probe] came through.
    PASSED,
    /// A node of another version got the chunk, and cannot read it.
    UNREAD;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// @throws IllegalArgumentException if there is none
    static Kind of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  static OutcomeMessage of(String token, Outcomes outcomes) {
    return new OutcomeMessage(token, Kind.OUTCOMES, outcomes);
  }

  static OutcomeMessage of(String token, Kind kind) {
    return new OutcomeMessage(token, kind, null);
  }

  byte[] write() {
    ObjectNode head = Parts.object();
    head.put("token", token);
    head.put("kind", kind.word());
    Outcomes told = outcomes;
    if (told == null) {
      return Parts.write(head, NOTHING, NOTHING, NOTHING, NOTHING);
    }
    head.put("first", told.first());
    head.put("worker", told.stint().worker());
    head.put("startedAt", told.stint().startedAt().toString());
    head.put("endedAt", told.stint().endedAt().toString());
    return Parts.write(
        head,
        told.values().toByteArray(),
        FailuresJson.write(told.failures()),
        told.times().encode(),
        OutputsJson.write(told.output()));
  }

  /// @throws IllegalArgumentException if this is no such message
  static OutcomeMessage read(byte[] body) {
    return of(Parts.read(body, PARTS));
  }

  /// @throws IllegalArgumentException if these are of no such message
  static OutcomeMessage of(Parts parts) {
    String token = parts.text("token");
    Kind kind = Kind.of(parts.text("kind"));
    if (kind != Kind.OUTCOMES) {
      return of(token, kind);
    }
    try {
      Stint stint =
          new Stint(
              parts.text("worker"),
              Instant.parse(parts.text("startedAt")),
              Instant.parse(parts.text("endedAt")));
      Outcomes outcomes =
          new Outcomes(
              parts.number("first"),
              Lines.of(parts.rest().get(0)),
              FailuresJson.read(parts.rest().get(1)),
              RunTimes.decode(parts.rest().get(2)),
              OutputsJson.read(parts.rest().get(3)),
              stint);
      return of(token, within(outcomes));
    } catch (DateTimeException | ArithmeticException e) {
      throw new IllegalArgumentException("expected outcomes", e);
    }
  }

  private static Outcomes within(Outcomes told) {
    boolean strays =
        told.failures().stream().anyMatch(f -> f.index() < told.first() || f.index() >= told.end())
            || told.output().stream()
                .anyMatch(o -> o.index() < told.first() || o.index() >= told.end());
    if (strays || told.first() < 0 || told.end() < told.first()) {
      throw new IllegalArgumentException("outcomes of tasks outside of their run");
    }
    return told;
  }
}
