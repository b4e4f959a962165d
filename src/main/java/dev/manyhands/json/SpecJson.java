package dev.manyhands.json;

import dev.manyhands.job.JobSpec;
import dev.manyhands.job.Refused;
import java.io.ByteArrayOutputStream;
import tools.jackson.core.JsonGenerator;

/// The JSON form of a [JobSpec]: as a client posts it beside the inputs, and as the store keeps it.
///
/// Read strictly: every unknown field, wrong type and broken rule is refused, all of them in one
/// answer. Written with every default that is in force, so that a stored job means the same after a
/// default has changed.
public final class SpecJson {
  private SpecJson() {}

  /// @throws Refused with [Refusal.Malformed] or [Refusal.InvalidBody]
  public static JobSpec read(byte[] json) {
    return read(json, new Mistakes());
  }

  /// The same, refusing together with the mistakes that were found before.
  static JobSpec read(byte[] json, Mistakes mistakes) {
    return new SpecReader(mistakes).read(Documents.tree(json));
  }

  /// UTF-8, one line.
  public static byte[] write(JobSpec spec) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = Documents.MAPPER.createGenerator(bytes)) {
      json.writeStartObject();
      SpecWriter.write(json, spec);
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  /// The fields of the spec, into an object that is open.
  public static void writeFields(JsonGenerator json, JobSpec spec) {
    SpecWriter.write(json, spec);
  }
}
