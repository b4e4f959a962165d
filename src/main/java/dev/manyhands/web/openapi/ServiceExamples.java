package dev.manyhands.web.openapi;

/// What the service says of itself, its pools and its named limits.
final class ServiceExamples {
  static final String INFO =
      """
      {"name":"manyhands","version":"1.0.0",
       "limits":{"max-body":1073741824,"max-input":8388608,"max-inputs":10000000},
       "durability":{"accept":"synced","results":"synced"},
       "sandbox":{"level":"hardened","walls":{"files":"closed","network":"closed"}},
       "taskLimits":{"processes":{"memory":1073741824}},
       "functions":{"command":{"available":true},"http":{"available":true},
                    "java":{"available":true},
                    "python":{"available":false,"reason":"no pool of this service runs it"}}}
      """;

  static final String FUNCTIONS =
      """
      {"functions":[
        {"name":"square","description":"the square of a whole number","nature":"computes",
         "input":{"type":"integer"}}]}
      """;

  static final String NODES =
      """
      {"nodes":[
        {"name":"a","roles":["api","worker"],"id":"node_01KAS5Z0V0H1ZZYK5Y2G2GJ3QX","self":true,
         "url":"http://10.0.0.4:8080","version":"1.0.0","startedAt":"2026-01-01T00:00:00Z",
         "leaseLeft":"PT12.4S","unfinishedJobs":3},
        {"name":"b","roles":["worker"],"workers":{"processes":8}}]}
      """;

  private static final String FREE =
      """
      {"name":"threads","kind":"threads","workers":8,"busy":0,"waiting":0,"status":"ready"}
      """;

  static final String POOL =
      """
      {"name":"processes","kind":"processes","workers":8,"busy":8,"waiting":120,"status":"ready",
       "functions":[{"function":"python:square","peakMemoryBytes":31457280,"outOfMemory":0}]}
      """;

  static final String RESIZED =
      """
      {"name":"processes","kind":"processes","workers":2,"busy":8,"waiting":120,"status":"ready"}
      """;

  static final String POOLS = "{\"pools\":[" + RESIZED + "," + FREE + "]}";

  static final String LIMITS =
      """
      {"limits":[{"name":"db","permits":4,"inUse":4,"waiting":36},
                 {"name":"mails","rate":"100/s","inUse":0,"waiting":0}]}
      """;

  static final String LIMIT =
      """
      {"name":"db","permits":4,"inUse":1,"waiting":0,
       "holders":[{"job":"job_01KAS5Z0V0H1ZZYK5Y2G2GJ3QX","pool":"processes","firstIndex":7,
                   "tasks":1,"heldFor":"PT0.25S"}]}
      """;

  static final String NEW_LIMIT =
      """
      {"name":"db","permits":4,"inUse":0,"waiting":0,"holders":[]}
      """;

  private ServiceExamples() {}
}
