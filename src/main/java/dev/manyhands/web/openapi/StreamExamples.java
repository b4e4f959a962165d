package dev.manyhands.web.openapi;

/// What is streamed, as it is sent.
final class StreamExamples {
  static final String LINES =
      """
      {"index":0,"status":"succeeded","value":1,"attempt":1,"runMs":0.4,"next":"1-1kz0q3"}

      {"index":1,"status":"cancelled","next":"2-0c1w8x"}
      {"end":true,"state":"cancelled","counts":{"total":2,"succeeded":1,"failed":0,"crashed":0,\
      "timed_out":0,"cancelled":1,"skipped":0},"next":"3-1x7b2f"}
      """;

  static final String RESULTS =
      """
      id: 1-1kz0q3
      data: {"index":0,"status":"succeeded","value":1,"attempt":1,"runMs":0.4}

      :

      event: end
      id: 2-1x7b2f
      data: {"end":true,"state":"succeeded","counts":{"total":1,"succeeded":1,"failed":0,\
      "crashed":0,"timed_out":0,"cancelled":0,"skipped":0}}

      """;

  static final String EVENTS =
      """
      event: job
      id: running.0.2-1c3d7k
      data: {"id":"job_01KAS5Z0V0H1ZZYK5Y2G2GJ3QX","state":"running","counts":{"total":2,\
      "succeeded":0,"failed":0,"crashed":0,"timed_out":0,"cancelled":0,"skipped":0},\
      "totalKnown":true,"createdAt":"2026-01-01T00:00:00.120Z",\
      "startedAt":"2026-01-01T00:00:00.140Z","function":{"type":"java","label":"java:square"},\
      "labels":{},"links":{"self":"/v1/jobs/job_01KAS5Z0V0H1ZZYK5Y2G2GJ3QX",\
      "results":"/v1/jobs/job_01KAS5Z0V0H1ZZYK5Y2G2GJ3QX/results"},"progress":{"done":0}}

      event: progress
      id: running.1.2-0z9y5m
      data: {"counts":{"total":2,"succeeded":1,"failed":0,"crashed":0,"timed_out":0,\
      "cancelled":0,"skipped":0},"totalKnown":true,"progress":{"done":1,"tasksPerSecond":4.0,\
      "eta":{"earliest":"2026-01-01T00:00:00.600Z","likely":"2026-01-01T00:00:00.700Z",\
      "latest":"2026-01-01T00:00:00.900Z"}}}

      :

      event: end
      id: end_succeeded.2.2-0p4q6r
      data: {"end":true,"state":"succeeded","counts":{"total":2,"succeeded":2,"failed":0,\
      "crashed":0,"timed_out":0,"cancelled":0,"skipped":0}}

      """;

  private StreamExamples() {}
}
