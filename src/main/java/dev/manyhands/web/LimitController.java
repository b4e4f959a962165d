package dev.manyhands.web;

import dev.manyhands.dispatch.LimitService;
import dev.manyhands.dispatch.LimitService.Holder;
import dev.manyhands.dispatch.LimitService.LimitView;
import dev.manyhands.json.KeyReader;
import dev.manyhands.json.Orders;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;

/// The named limits that jobs share: locks, semaphores and rates.
@RestController
@RequestMapping(path = "/v1/limits", produces = Json.TYPE)
final class LimitController {
  private final LimitService limits;

  LimitController(LimitService limits) {
    this.limits = limits;
  }

  @GetMapping
  void all(HttpServletResponse response) throws IOException {
    List<LimitView> all = limits.limits();
    Json.send(
        response,
        200,
        Json.object(json -> {
          json.writeArrayPropertyStart("limits");
          for (LimitView limit : all) {
            json.writeStartObject();
            summary(json, limit);
            json.writeEndObject();
          }
          json.writeEndArray();
        }));
  }

  @GetMapping("/{name}")
  void one(@PathVariable String name, HttpServletResponse response) throws IOException {
    send(response, 200, limits.limit(name));
  }

  @PutMapping(path = "/{name}", consumes = Json.TYPE)
  void put(@PathVariable String name, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Parameters.limitName(name);
    boolean isNew = limits.put(Orders.limit(name, SmallBody.read(request)));
    if (isNew) {
      response.setHeader("Location", "/v1/limits/" + name);
    }
    send(response, isNew ? 201 : 200, limits.limit(name));
  }

  @DeleteMapping("/{name}")
  void remove(@PathVariable String name, HttpServletResponse response) {
    limits.remove(name);
    response.setStatus(204);
  }

  private static void send(HttpServletResponse response, int status, LimitView limit)
      throws IOException {
    Json.send(
        response,
        status,
        Json.object(json -> {
          summary(json, limit);
          json.writeArrayPropertyStart("holders");
          limit.holders().forEach(holder -> write(json, holder));
          json.writeEndArray();
        }));
  }

  private static void summary(JsonGenerator json, LimitView view) {
    json.writeStringProperty("name", view.limit().name());
    if (view.limit().permits() != null) {
      json.writeNumberProperty("permits", view.limit().permits());
    }
    if (view.limit().rate() != null) {
      json.writeStringProperty("rate", view.limit().rate().text());
    }
    json.writeNumberProperty("inUse", view.inUse());
    json.writeNumberProperty("waiting", view.waiting());
  }

  private static void write(JsonGenerator json, Holder holder) {
    json.writeStartObject();
    json.writeStringProperty("job", holder.job().text());
    json.writeStringProperty("pool", holder.pool());
    json.writeNumberProperty("firstIndex", holder.first());
    json.writeNumberProperty("tasks", holder.count());
    if (!holder.key().isEmpty()) {
      json.writeStringProperty("key", KeyReader.shown(holder.key()));
    }
    json.writeStringProperty(
        "heldFor", Duration.ofMillis(holder.heldNanos() / 1_000_000).toString());
    json.writeEndObject();
  }
}
