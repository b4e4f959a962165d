package dev.manyhands.web;

import dev.manyhands.pool.Pools;
import dev.manyhands.pool.ProcessPool;
import dev.manyhands.pool.Walls;
import dev.manyhands.pool.WallsTrial;
import org.springframework.stereotype.Component;
import tools.jackson.core.JsonGenerator;

/// What stands around task code: the walls of the sandbox, and what a task may use.
@Component
final class Surroundings {
  private final WallsTrial trial;
  private final Pools pools;

  Surroundings(WallsTrial trial, Pools pools) {
    this.trial = trial;
    this.pools = pools;
  }

  void write(JsonGenerator json) {
    Walls walls = trial.walls();
    json.writeObjectPropertyStart("sandbox");
    json.writeStringProperty("level", walls.level());
    json.writeObjectPropertyStart("walls");
    walls.each().forEach(json::writeStringProperty);
    json.writeEndObject();
    json.writeEndObject();
    json.writeObjectPropertyStart("taskLimits");
    pools.all().stream()
        .filter(ProcessPool.class::isInstance)
        .map(ProcessPool.class::cast)
        .forEach(pool -> {
          json.writeObjectPropertyStart(pool.name());
          pool.limits().forEach(json::writeNumberProperty);
          json.writeEndObject();
        });
    json.writeEndObject();
  }
}
