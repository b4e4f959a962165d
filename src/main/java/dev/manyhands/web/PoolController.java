package dev.manyhands.web;

import dev.manyhands.dispatch.PoolService;
import dev.manyhands.dispatch.PoolService.PoolView;
import dev.manyhands.json.Orders;
import dev.manyhands.pool.FunctionMemory;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;

/// The pools, and how many workers they have.
@RestController
@RequestMapping(path = "/v1/pools", produces = Json.TYPE)
final class PoolController {
  private final PoolService pools;

  PoolController(PoolService pools) {
    this.pools = pools;
  }

  @GetMapping
  void all(HttpServletResponse response) throws IOException {
    Json.send(
        response,
        200,
        Json.object(json -> {
          json.writeArrayPropertyStart("pools");
          for (PoolView pool : pools.pools()) {
            json.writeStartObject();
            write(json, pool);
            json.writeEndObject();
          }
          json.writeEndArray();
        }));
  }

  @GetMapping("/{name}")
  void one(@PathVariable String name, HttpServletResponse response) throws IOException {
    PoolView pool = pools.pool(name);
    List<FunctionMemory> memory = pools.memory(name);
    Json.send(
        response,
        200,
        Json.object(json -> {
          write(json, pool);
          json.writeArrayPropertyStart("functions");
          memory.forEach(function -> write(json, function));
          json.writeEndArray();
        }));
  }

  private static void write(JsonGenerator json, FunctionMemory function) {
    json.writeStartObject();
    json.writeStringProperty("function", function.function());
    json.writeNumberProperty("peakMemoryBytes", function.peakMemoryBytes());
    json.writeNumberProperty("outOfMemory", function.outOfMemory());
    json.writeEndObject();
  }

  @PatchMapping(
      path = "/{name}",
      consumes = {Json.TYPE, "application/merge-patch+json"})
  void resize(@PathVariable String name, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    int workers = Orders.workers(SmallBody.read(request));
    PoolView pool = pools.resize(name, workers);
    Json.send(response, 200, Json.object(json -> write(json, pool)));
  }

  private static void write(JsonGenerator json, PoolView pool) {
    json.writeStringProperty("name", pool.name());
    json.writeStringProperty("kind", pool.kind());
    json.writeNumberProperty("workers", pool.workers());
    json.writeNumberProperty("busy", pool.busy());
    json.writeNumberProperty("waiting", pool.waiting());
    json.writeStringProperty("status", pool.problem().isEmpty() ? "ready" : "degraded");
    pool.problem().ifPresent(problem -> json.writeStringProperty("problem", problem));
  }
}
