package dev.manyhands.web;

import dev.manyhands.job.FunctionKind;
import dev.manyhands.pool.Functions;
import dev.manyhands.pool.InputShape;
import dev.manyhands.pool.TaskFunction;
import dev.manyhands.store.JobStore;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// What this service is and can do.
@RestController
final class InfoController {
  private final LimitsInForce limits;
  private final Functions functions;
  private final Kinds kinds;
  private final Surroundings surroundings;
  private final JobStore store;
  private final @Nullable BuildProperties build;

  InfoController(
      LimitsInForce limits,
      Functions functions,
      Kinds kinds,
      Surroundings surroundings,
      JobStore store,
      ObjectProvider<BuildProperties> build) {
    this.limits = limits;
    this.functions = functions;
    this.kinds = kinds;
    this.surroundings = surroundings;
    this.store = store;
    this.build = build.getIfAvailable();
  }

  @GetMapping(path = "/v1/info", produces = Json.TYPE)
  void info(HttpServletResponse response) throws IOException {
    Json.send(
        response,
        200,
        Json.object(json -> {
          json.writeStringProperty("name", "manyhands");
          // Started from an IDE there is no build that could have a version.
          json.writeStringProperty("version", build == null ? "unknown" : build.getVersion());
          json.writeObjectPropertyStart("limits");
          limits.inForce().forEach(json::writeNumberProperty);
          json.writeEndObject();
          json.writeObjectPropertyStart("durability");
          String synced = store.durability().isSynced() ? "synced" : "unsynced";
          json.writeStringProperty("accept", synced);
          json.writeStringProperty("results", synced);
          json.writeEndObject();
          surroundings.write(json);
          json.writeObjectPropertyStart("functions");
          kinds
              .whyNot()
              .forEach((kind, reason) -> {
                json.writeObjectPropertyStart(kind);
                json.writeBooleanProperty("available", reason.isEmpty());
                if (!reason.isEmpty()) {
                  json.writeStringProperty("reason", reason);
                }
                json.writeEndObject();
              });
          json.writeEndObject();
        }));
  }

  @GetMapping(path = "/v1/functions", produces = Json.TYPE)
  void functions(HttpServletResponse response) throws IOException {
    Json.send(
        response,
        200,
        Json.object(json -> {
          json.writeArrayPropertyStart("functions");
          for (TaskFunction<?, ?> function : mayBeNamed()) {
            json.writeStartObject();
            json.writeStringProperty("name", function.name());
            json.writeStringProperty("description", function.description());
            json.writeStringProperty("nature", function.nature().name().toLowerCase(Locale.ROOT));
            Json.plain(json, "input", InputShape.of(function.inputType()));
            json.writeEndObject();
          }
          json.writeEndArray();
        }));
  }

  private List<TaskFunction<?, ?>> mayBeNamed() {
    return kinds.has(FunctionKind.JAVA) ? functions.all() : List.of();
  }
}
