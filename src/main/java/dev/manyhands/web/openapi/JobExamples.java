package dev.manyhands.web.openapi;

/// Jobs as they are shown.
final class JobExamples {
  static final String QUEUED = summary("queued", 0, "");
  static final String RUNNING = summary("running", 2, times(""));
  static final String PAUSED =
      summary(
          "paused",
          2,
          """
          "reason":{"kind":"paused","message":"the job is paused; resume it to go on"},\
          """
              + times(""));
  static final String CANCELLING = summary("cancelling", 2, times(""));
  static final String SUCCEEDED = summary("succeeded", 5, times(ended()));

  /// The new job of those tasks of another one that failed.
  static final String RETRY =
      summary("queued", 0, "")
          .replace("\"labels\"", "\"retryOf\":\"job_01KAS5Z0V0H1ZZYK5Y2G2GJ3QW\",\"labels\"");

  static final String PAGE = "{\"jobs\":[" + RUNNING + "," + SUCCEEDED + "],\"next\":null}";

  static final String WHOLE =
      """
      {"id":"job_01KAS5Z0V0H1ZZYK5Y2G2GJ3QX","state":"running",
       "counts":{"total":5,"succeeded":2,"failed":0,"crashed":0,"timed_out":0,"cancelled":0,"skipped":0},
       "totalKnown":true,"createdAt":"2026-01-01T00:00:00.120Z","startedAt":"2026-01-01T00:00:00.140Z",
       "open":false,"function":{"type":"python","source":"def square(n):\\n    return n * n","name":"square"},
       "pool":"processes","maxParallel":8,"priority":3,"timeout":"PT30S",
       "retry":{"maxAttempts":3,"backoff":"PT0.2S","maxBackoff":"PT1M"},
       "onFailure":{"mode":"continue"},"onWorkerLost":"rerun","maxCrashes":3,
       "labels":{"app":"demo"},
       "links":{"self":"/v1/jobs/job_01KAS5Z0V0H1ZZYK5Y2G2GJ3QX",
                "results":"/v1/jobs/job_01KAS5Z0V0H1ZZYK5Y2G2GJ3QX/results"},
       "progress":{"done":2,"tasksPerSecond":4.0,
                   "eta":{"earliest":"2026-01-01T00:00:00.900Z","likely":"2026-01-01T00:00:01Z",
                          "latest":"2026-01-01T00:00:01.400Z"}}}
      """;

  static final String TAKEN =
      """
      {"first":5,"last":9,"count":3,"runs":[{"first":5,"last":6},{"first":9,"last":9}],"total":10}
      """;

  static final String DELIVERIES =
      """
      {"deliveries":[
        {"id":"msg_4f0c9e1d7a2b4c8f9e0d1a2b3c4d5e6f","event":"job.ended",
         "url":"https://example.com/hooks","state":"delivered","createdAt":"2026-01-01T00:00:02Z",
         "attempts":[
           {"attempt":1,"at":"2026-01-01T00:00:02.010Z","ms":31.2,"status":500},
           {"attempt":2,"at":"2026-01-01T00:00:07.100Z","ms":12.8,"status":204}]}]}
      """;

  /// What a webhook is told.
  static final String TOLD =
      """
      {"type":"job.ended","timestamp":"2026-01-01T00:00:02Z",
       "data":{"id":"job_01KAS5Z0V0H1ZZYK5Y2G2GJ3QX","state":"succeeded",
         "counts":{"total":5,"succeeded":5,"failed":0,"crashed":0,"timed_out":0,"cancelled":0,"skipped":0},
         "createdAt":"2026-01-01T00:00:00.120Z","startedAt":"2026-01-01T00:00:00.140Z",
         "endedAt":"2026-01-01T00:00:02Z"}}
      """;

  private JobExamples() {}

  private static String times(String more) {
    return "\"startedAt\":\"2026-01-01T00:00:00.140Z\"," + more;
  }

  private static String ended() {
    return "\"endedAt\":\"2026-01-01T00:00:02Z\",";
  }

  private static String summary(String state, int succeeded, String more) {
    return """
    {"id":"job_01KAS5Z0V0H1ZZYK5Y2G2GJ3QX","state":"%s",
     "counts":{"total":5,"succeeded":%d,"failed":0,"crashed":0,"timed_out":0,"cancelled":0,"skipped":0},
     "totalKnown":true,"createdAt":"2026-01-01T00:00:00.120Z",%s
     "function":{"type":"python","label":"python:square"},"labels":{"app":"demo"},
     "links":{"self":"/v1/jobs/job_01KAS5Z0V0H1ZZYK5Y2G2GJ3QX",
              "results":"/v1/jobs/job_01KAS5Z0V0H1ZZYK5Y2G2GJ3QX/results"}}
    """
        .formatted(state, succeeded, more);
  }
}
