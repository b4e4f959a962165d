package dev.manyhands.web.openapi;

/// Tasks as they are shown.
final class TaskExamples {
  static final String RESULTS =
      """
      {"results":[
        {"index":0,"status":"succeeded","value":1,"attempt":1,"runMs":0.4},
        {"index":1,"status":"failed","error":{"kind":"exception","type":"ValueError",
          "message":"no","traceback":"…"},"attempt":3,"runMs":0.2}],
       "next":"2-1kz0q3"}
      """;

  static final String TASKS =
      """
      {"tasks":[
        {"index":0,"status":"succeeded","attempt":1,"runMs":0.4,"worker":"processes-1",
         "startedAt":"2026-01-01T00:00:00.140Z","endedAt":"2026-01-01T00:00:00.150Z"},
        {"index":1,"status":"pending"}],
       "next":null}
      """;

  static final String TASK =
      """
      {"index":0,"status":"succeeded","value":1,"attempt":1,"runMs":0.4,"worker":"processes-1",
       "startedAt":"2026-01-01T00:00:00.140Z","endedAt":"2026-01-01T00:00:00.150Z",
       "output":{"index":0,"stdout":"one\\n","stderr":"","truncated":false}}
      """;

  static final String PENDING =
      """
      {"index":1,"status":"pending"}
      """;

  static final String CANCELLED =
      """
      {"index":1,"status":"cancelled"}
      """;

  private TaskExamples() {}
}
