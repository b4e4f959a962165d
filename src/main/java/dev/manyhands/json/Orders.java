package dev.manyhands.json;

import dev.manyhands.job.Limit;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Rate;
import dev.manyhands.job.Refused;
import dev.manyhands.job.Selected;
import dev.manyhands.job.Shown;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The small bodies that tell the service to change something, read as strictly as a job.
public final class Orders {
  private static final int MAX_WORKERS = 10_000;

  private Orders() {}

  /// `{"mode": "drain"}` or `{"mode": "kill"}`; an empty body drains.
  ///
  /// @return whether to kill
  /// @throws Refused if it is something else
  public static boolean kill(byte[] json) {
    if (json.length == 0) {
      return false;
    }
    Mistakes mistakes = new Mistakes();
    Fields fields = fields(json, "an object with mode", mistakes);
    String mode = fields.word("mode", List.of("drain", "kill"));
    fields.end();
    refuseIfWrong(mistakes);
    return "kill".equals(mode);
  }

  /// `{"outcomes": [...]}` or `{"indexes": [...]}`; an empty body or object: what did not succeed
  /// and was not skipped.
  ///
  /// @throws Refused if it is something else
  public static Selected retry(byte[] json) {
    if (json.length == 0) {
      return Selected.UNSUCCESSFUL;
    }
    Mistakes mistakes = new Mistakes();
    Fields fields = fields(json, "an object with outcomes or indexes", mistakes);
    Set<Outcome> outcomes = outcomes(fields, mistakes);
    List<Integer> indexes = fields.integers("indexes");
    fields.end();
    if (fields.has("outcomes") && fields.has("indexes")) {
      mistakes.add("/indexes", "expected outcomes or indexes, got both");
    }
    Selected selected =
        mistakes.orNote(() -> {
          if (indexes != null) {
            return new Selected.ByIndex(indexes);
          }
          return outcomes == null ? Selected.UNSUCCESSFUL : new Selected.ByOutcome(outcomes);
        });
    refuseIfWrong(mistakes);
    return Objects.requireNonNull(selected);
  }

  private static @Nullable Set<Outcome> outcomes(Fields fields, Mistakes mistakes) {
    List<String> words = fields.texts("outcomes");
    if (words == null) {
      return null;
    }
    Set<Outcome> outcomes = EnumSet.noneOf(Outcome.class);
    for (int i = 0; i < words.size(); i++) {
      Outcome outcome = Outcome.of(words.get(i));
      if (outcome == null) {
        mistakes.add(
            "/outcomes/" + i,
            "expected one of " + Outcome.words() + ", got: " + Shown.of(words.get(i)));
      } else {
        outcomes.add(outcome);
      }
    }
    // That there are 1 to 6 of them is said only if all are known.
    return mistakes.isEmpty() ? outcomes : null;
  }

  /// `{"workers": n}` with n from 1 to 10,000.
  ///
  /// @throws Refused if it is something else
  public static int workers(byte[] json) {
    Mistakes mistakes = new Mistakes();
    Fields fields = fields(json, "an object with workers", mistakes);
    if (!fields.has("workers")) {
      fields.missing("workers", "a whole number");
    }
    Integer workers = fields.integer("workers");
    fields.end();
    if (workers != null && (workers < 1 || workers > MAX_WORKERS)) {
      mistakes.add(
          "/workers", "expected a whole number from 1 to " + MAX_WORKERS + ", got: " + workers);
    }
    refuseIfWrong(mistakes);
    return Objects.requireNonNull(workers);
  }

  /// `{"permits": 4}`, `{"rate": "100/s"}` or both.
  ///
  /// @param name of the limit, from the path
  /// @throws Refused if it is something else
  public static Limit limit(String name, byte[] json) {
    Mistakes mistakes = new Mistakes();
    Fields fields = fields(json, "an object with permits or rate or both", mistakes);
    Integer permits = fields.integer("permits");
    String text = fields.text("rate");
    Rate rate = text == null ? null : mistakes.orNote(() -> Rate.of(text));
    fields.end();
    Limit limit = mistakes.isEmpty() ? mistakes.orNote(() -> new Limit(name, permits, rate)) : null;
    refuseIfWrong(mistakes);
    return Objects.requireNonNull(limit);
  }

  private static Fields fields(byte[] json, String expected, Mistakes mistakes) {
    JsonNode root = Documents.tree(json);
    if (!root.isObject()) {
      mistakes.add("", "expected " + expected);
      throw mistakes.refused();
    }
    return new Fields(root, "", mistakes);
  }

  private static void refuseIfWrong(Mistakes mistakes) {
    if (!mistakes.isEmpty()) {
      throw mistakes.refused();
    }
  }
}
