package dev.manyhands.web.openapi;

import java.util.List;

/// What the service is and can do.
final class ServiceOperations {
  private static final String TAG = "Service";

  private ServiceOperations() {}

  static List<Op> all() {
    return List.of(info(), functions());
  }

  private static Op info() {
    return Op.of("GET /v1/info", "getInfo", TAG, "Version, limits in force, what can run here")
        .answers(200, "This service.", ServiceForms.Info.class);
  }

  private static Op functions() {
    return Op.of("GET /v1/functions", "listFunctions", TAG, "Java functions that jobs may name")
        .answers(200, "All of them, by name.", ServiceForms.FunctionList.class);
  }
}
