package dev.manyhands.web.openapi;

import java.util.List;

/// The named limits.
final class LimitOperations {
  private static final String TAG = "Limits";

  private LimitOperations() {}

  static List<Op> all() {
    return List.of(list(), one(), put(), remove());
  }

  private static Op list() {
    return Op.of("GET /v1/limits", "listLimits", TAG, "The named limits that jobs share")
        .answers(200, "All limits, by name.", LimitForms.LimitList.class, ServiceExamples.LIMITS);
  }

  private static Op one() {
    return Op.of("GET /v1/limits/{name}", "getLimit", TAG, "One limit, and who holds it")
        .path("name", Shapes.text(""), "its name")
        .answers(200, "The limit.", LimitForms.NamedLimit.class, ServiceExamples.LIMIT);
  }

  private static Op put() {
    return Op.of("PUT /v1/limits/{name}", "putLimit", TAG, "Make a limit, or change it")
        .says(
            "Changed while it is in use, a smaller limit takes nothing away: what is in use beyond"
                + " it has to come back first.")
        .newName("name", Shapes.text(""), "1 to 100 letters, digits, '.', '_' or '-'")
        .takes(LimitForms.PostedLimit.class, "{\"permits\": 4}", "{\"rate\": \"100/s\"}")
        .answers(
            200, "It is changed, and in force.", LimitForms.NamedLimit.class, ServiceExamples.LIMIT)
        .answers(
            201,
            "It is made, and in force.",
            LimitForms.NamedLimit.class,
            ServiceExamples.NEW_LIMIT)
        .answerHeader(201, "Location", "its path")
        .problem(409, "too-many-limits")
        .problem(507, "store-full");
  }

  private static Op remove() {
    return Op.of("DELETE /v1/limits/{name}", "deleteLimit", TAG, "Forget a limit")
        .path("name", Shapes.text(""), "its name")
        .answersNothing(204, "It is gone.")
        .problem(409, "limit-in-use")
        .problem(507, "store-full");
  }
}
