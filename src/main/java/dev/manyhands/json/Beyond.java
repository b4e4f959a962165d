package dev.manyhands.json;

import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import java.util.Optional;
import tools.jackson.core.exc.StreamConstraintsException;

/// Which published limit stands behind a limit of the parser.
final class Beyond {
  private Beyond() {}

  /// @param place for people
  /// @return none if it is the length of an input
  static Optional<Refused> limit(StreamConstraintsException beyond, String pointer, String place) {
    String said = String.valueOf(beyond.getOriginalMessage());
    if (said.startsWith("Document nesting depth")) {
      String detail = "expected at most " + Limits.MAX_NESTING + " levels of nesting, got more: ";
      return refused("max-nesting", pointer, detail + place);
    }
    if (said.startsWith("Number value length")) {
      String detail = "expected a number of at most " + Limits.MAX_NUMBER_CHARS + " characters: ";
      return refused("max-number-chars", pointer, detail + place);
    }
    return Optional.empty();
  }

  private static Optional<Refused> refused(String limit, String pointer, String detail) {
    return Optional.of(new Refused(new Refusal.TooLarge(limit, pointer, detail)));
  }
}
