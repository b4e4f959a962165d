package dev.manyhands.web.openapi;

/// The words above the description.
final class ApiText {
  static final String INTRODUCTION =
      """
      Pool.map over HTTP: post one function and many inputs, and read back every result by the id of the job.

      Every request needs the header `Authorization: Bearer` and the key: on the page, press *Authorize* and paste
      the content of the file `admin.key`. Times are in UTC as RFC 3339, durations as ISO 8601 (`PT30S`).

      A request that cannot be met is answered with a problem document (RFC 9457), `application/problem+json`, whose
      `type` is stable. A task that fails is no such problem: it is data, a result with an `error`.

      What is streamed, lines of JSON (`application/jsonl`) and server-sent events (`text/event-stream`), is described
      as the array of its parts: of a line the JSON in it, of an event the object of its fields. The types of events
      are JobEvent, ProgressEvent, ResultEvent, EndEvent and ProblemEvent, and their data is JSON.

      Beside these operations there are `/actuator/health`, without the key, and `/actuator/prometheus`.
      """;

  private ApiText() {}
}
