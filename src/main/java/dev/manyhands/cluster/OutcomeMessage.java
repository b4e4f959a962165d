package dev.manyhands.cluster;

import dev.manyhands.job.Outcomes;
import dev.manyhands.job.RunTimes;
import dev.manyhands.job.Stint;
import dev.manyhands.json.FailuresJson;
import dev.manyhands.json.OutputsJson;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// How some tasks of a chunk ended, on its way to the chunk's owner; without outcomes: the worker
/// has ended the chunk, and did not start the rest.
record OutcomeMessage(String token, @Nullable Outcomes outcomes) {
  private static final byte[] NOTHING = {};

  byte[] write() {
    ObjectNode head = Parts.object();
    head.put("token", token);
    Outcomes told = outcomes;
    head.put("end", told == null);
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
    Parts parts = Parts.read(body, 4);
    String token = parts.text("token");
    if (parts.flag("end")) {
      return new OutcomeMessage(token, null);
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
      return new OutcomeMessage(token, within(outcomes));
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
