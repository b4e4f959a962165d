package dev.manyhands.web;

import dev.manyhands.dispatch.JobService;
import dev.manyhands.dispatch.LimitService;
import dev.manyhands.job.Gates;
import dev.manyhands.json.Limits;
import dev.manyhands.outbound.HttpSettings;
import dev.manyhands.pool.Functions;
import dev.manyhands.pool.InputShape;
import dev.manyhands.pool.TaskFunction;
import dev.manyhands.store.StoreSettings;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;

/// What this service is and can do.
@RestController
final class InfoController {
  private final LimitsSettings limits;
  private final HttpSettings http;
  private final StoreSettings store;
  private final FollowSettings following;
  private final Functions functions;
  private final Kinds kinds;
  private final Surroundings surroundings;
  private final @Nullable BuildProperties build;

  InfoController(
      LimitsSettings limits,
      HttpSettings http,
      StoreSettings store,
      FollowSettings following,
      Functions functions,
      Kinds kinds,
      Surroundings surroundings,
      ObjectProvider<BuildProperties> build) {
    this.limits = limits;
    this.http = http;
    this.store = store;
    this.following = following;
    this.functions = functions;
    this.kinds = kinds;
    this.surroundings = surroundings;
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
          writeLimits(json, limits.limits());
          json.writeNumberProperty("large-value", store.largeValueBytes());
          json.writeNumberProperty("http-max-response", http.maxResponseBytes());
          json.writeNumberProperty("http-timeout", Math.ceilDiv(http.timeout().toMillis(), 1000L));
          writeLimits(json, following);
          json.writeEndObject();
          json.writeObjectPropertyStart("durability");
          json.writeStringProperty("accept", "synced");
          json.writeStringProperty("results", "synced");
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

  private static void writeLimits(JsonGenerator json, Limits limits) {
    json.writeNumberProperty("max-body", limits.maxBody());
    json.writeNumberProperty("max-input", limits.maxInput());
    json.writeNumberProperty("max-inputs", limits.maxInputs());
    json.writeNumberProperty("max-added-body", Limits.MAX_ADDED);
    json.writeNumberProperty("max-nesting", Limits.MAX_NESTING);
    json.writeNumberProperty("max-number-chars", Limits.MAX_NUMBER_CHARS);
    json.writeNumberProperty("max-named-limits", LimitService.MAX_LIMITS);
    json.writeNumberProperty("max-keys-ahead", LimitService.LOOK_AHEAD);
    json.writeNumberProperty("max-limits-of-job", Gates.MAX_LIMITS);
  }

  private static void writeLimits(JsonGenerator json, FollowSettings following) {
    json.writeNumberProperty("max-readers", following.maxReaders());
    json.writeNumberProperty("max-waiting", following.maxWaiting());
    json.writeNumberProperty("max-wait-seconds", Prefer.MAX_SECONDS);
    json.writeNumberProperty("max-followed-bytes", JobService.MAX_FOLLOWED_BYTES);
    json.writeNumberProperty(
        "heartbeat-seconds", Math.ceilDiv(following.heartbeat().toMillis(), 1000));
  }

  @GetMapping(path = "/v1/functions", produces = Json.TYPE)
  void functions(HttpServletResponse response) throws IOException {
    Json.send(
        response,
        200,
        Json.object(json -> {
          json.writeArrayPropertyStart("functions");
          for (TaskFunction<?, ?> function : functions.all()) {
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
}
