package dev.manyhands.json;

import dev.manyhands.job.JobSpec;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refusal.Mistake;
import dev.manyhands.job.Refused;
import java.io.ByteArrayOutputStream;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The JSON form of a [JobSpec]: as a client posts it beside the inputs, and as the store keeps it.
///
/// Read strictly: every unknown field, wrong type and broken rule is refused, all of them in one
/// answer. Written with every default that is in force, so that a stored job means the same after a
/// default has changed.
public final class SpecJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private SpecJson() {}

  /// @throws Refused with [Refusal.Malformed] or [Refusal.InvalidBody]
  public static JobSpec read(byte[] json) {
    return read(json, new Mistakes());
  }

  /// The same, refusing together with the mistakes that were found before.
  static JobSpec read(byte[] json, Mistakes mistakes) {
    return new SpecReader(mistakes).read(tree(json));
  }

  private static JsonNode tree(byte[] json) {
    try {
      JsonNode tree = MAPPER.readTree(json);
      if (!tree.isMissingNode()) {
        return tree;
      }
      throw malformed("got nothing");
    } catch (JacksonException notJson) {
      throw malformed(notJson.getOriginalMessage());
    }
  }

  private static Refused malformed(String what) {
    String detail = "expected a JSON object: " + what;
    return new Refused(new Refusal.Malformed(detail, List.of(new Mistake("", detail))));
  }

  /// UTF-8, one line.
  public static byte[] write(JobSpec spec) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = MAPPER.createGenerator(bytes)) {
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
