package dev.manyhands.json;

import dev.manyhands.job.Limit;
import dev.manyhands.job.Rate;
import dev.manyhands.job.Refused;
import java.util.List;
import java.util.Objects;
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
