package dev.manyhands.web.openapi;

import java.util.List;

/// What the service is and can do.
final class ServiceOperations {
  private static final String TAG = "Service";

  private ServiceOperations() {}

  static List<Op> all() {
    return List.of(info(), functions(), nodes());
  }

  private static Op info() {
    return Op.of("GET /v1/info", "getInfo", TAG, "Version, limits in force, what can run here")
        .answers(200, "This service.", ServiceForms.Info.class, ServiceExamples.INFO);
  }

  private static Op functions() {
    return Op.of("GET /v1/functions", "listFunctions", TAG, "Java functions that jobs may name")
        .answers(
            200,
            "All of them, by name.",
            ServiceForms.FunctionList.class,
            ServiceExamples.FUNCTIONS);
  }

  private static Op nodes() {
    return Op.of("GET /v1/nodes", "listNodes", TAG, "The nodes that work together")
        .says(
            "Those that share a PostgreSQL database own jobs, and each answers for every job of"
                + " all; others run chunks only. On SQLite there is this one.")
        .answers(200, "Those that are there.", ServiceForms.NodeList.class, ServiceExamples.NODES);
  }
}
