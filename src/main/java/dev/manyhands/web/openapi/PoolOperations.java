package dev.manyhands.web.openapi;

import java.util.List;

/// The pools.
final class PoolOperations {
  private static final String TAG = "Pools";

  private PoolOperations() {}

  static List<Op> all() {
    return List.of(list(), one(), resize());
  }

  private static Op list() {
    return Op.of("GET /v1/pools", "listPools", TAG, "The pools, and how busy they are")
        .answers(200, "All pools, by name.", PoolForms.PoolList.class, ServiceExamples.POOLS);
  }

  private static Op one() {
    return Op.of("GET /v1/pools/{name}", "getPool", TAG, "One pool")
        .path("name", Shapes.text(""), "its name")
        .answers(200, "The pool.", PoolForms.Pool.class, ServiceExamples.POOL);
  }

  private static Op resize() {
    return Op.of("PATCH /v1/pools/{name}", "resizePool", TAG, "Resize a pool while it runs")
        .says("Kept until the service ends. What runs goes on to its end.")
        .path("name", Shapes.text(""), "its name")
        .takes(PostedForms.Resize.class, "{\"workers\": 2}")
        .takesAs("application/merge-patch+json", PostedForms.Resize.class, "{\"workers\": 2}")
        .answers(200, "The pool.", PoolForms.Pool.class, ServiceExamples.RESIZED);
  }
}
