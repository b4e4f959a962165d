package dev.manyhands.json;

import dev.manyhands.job.Care;
import dev.manyhands.job.Function;
import dev.manyhands.job.JobSpec;
import dev.manyhands.job.Placement;
import dev.manyhands.job.Work;
import java.util.Locale;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/// Writes the fields of a [JobSpec]. Labels come sorted, so that equal specs have equal bytes.
final class SpecWriter {
  private SpecWriter() {}

  /// @param secrets whether what only the service may know is written too
  static void write(JsonGenerator json, JobSpec spec, boolean secrets) {
    writeWork(json, spec.work());
    Placement placement = spec.placement();
    if (placement.pool() != null) {
      json.writeStringProperty("pool", placement.pool());
    }
    if (placement.maxParallel() != null) {
      json.writeNumberProperty("maxParallel", placement.maxParallel());
    }
    if (placement.chunkSize() != null) {
      json.writeNumberProperty("chunkSize", placement.chunkSize());
    }
    json.writeNumberProperty("priority", placement.priority());
    writeCare(json, spec.care());
    GatesJson.write(json, spec.gates());
    KeepingJson.write(json, spec.keeping(), secrets);
    json.writeObjectPropertyStart("labels");
    new TreeMap<>(spec.labels()).forEach(json::writeStringProperty);
    json.writeEndObject();
  }

  private static void writeWork(JsonGenerator json, Work work) {
    if (work.isMixed()) {
      json.writeArrayPropertyStart("functions");
      work.functions().forEach(function -> writeFunction(json, function));
      json.writeEndArray();
    } else {
      json.writeName("function");
      writeFunction(json, work.functions().getFirst());
    }
    if (work.named()) {
      json.writeBooleanProperty("customIds", true);
    }
  }

  private static void writeFunction(JsonGenerator json, Function function) {
    json.writeStartObject();
    json.writeStringProperty("type", function.type());
    switch (function) {
      case Function.Java java -> json.writeStringProperty("name", java.name());
      case Function.Python python -> {
        json.writeStringProperty("source", python.source());
        json.writeStringProperty("name", python.name());
        if (python.setup() != null) {
          json.writeStringProperty("setup", python.setup());
        }
        json.writeBooleanProperty("spread", python.spread());
      }
      case Function.PythonModule python -> {
        json.writeStringProperty("module", python.module());
        json.writeStringProperty("name", python.name());
        if (python.setup() != null) {
          json.writeStringProperty("setup", python.setup());
        }
        json.writeBooleanProperty("spread", python.spread());
      }
      case Function.Command command -> {
        json.writeArrayPropertyStart("argv");
        command.argv().forEach(json::writeString);
        json.writeEndArray();
        json.writeStringProperty("output", command.output().name().toLowerCase(Locale.ROOT));
      }
      case Function.Http http -> HttpJson.write(json, http);
    }
    json.writeEndObject();
  }

  private static void writeCare(JsonGenerator json, Care care) {
    if (care.timeouts().soft() != null) {
      json.writeStringProperty("softTimeout", care.timeouts().soft().toString());
    }
    if (care.timeouts().hard() != null) {
      json.writeStringProperty("timeout", care.timeouts().hard().toString());
    }
    json.writeObjectPropertyStart("retry");
    json.writeNumberProperty("maxAttempts", care.retry().maxAttempts());
    json.writeStringProperty("backoff", care.retry().backoff().toString());
    json.writeStringProperty("maxBackoff", care.retry().maxBackoff().toString());
    json.writeEndObject();
    json.writeObjectPropertyStart("onFailure");
    json.writeStringProperty("mode", care.onFailure().name().toLowerCase(Locale.ROOT));
    json.writeEndObject();
    json.writeStringProperty("onWorkerLost", care.onWorkerLost().rerun() ? "rerun" : "fail");
    json.writeNumberProperty("maxCrashes", care.onWorkerLost().maxCrashes());
  }
}
