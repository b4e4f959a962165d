package dev.manyhands.json;

import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refusal.Mistake;
import dev.manyhands.job.Refused;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads a small document that a client sent into a tree.
final class Documents {
  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private Documents() {}

  /// @throws Refused with [Refusal.Malformed] if it is no JSON
  static JsonNode tree(byte[] json) {
    try {
      JsonNode tree = MAPPER.readTree(json);
      if (!tree.isMissingNode()) {
        return tree;
      }
      throw malformed("expected a JSON object, got an empty body");
    } catch (JacksonException notJson) {
      throw malformed(Complaint.of(notJson));
    }
  }

  private static Refused malformed(String detail) {
    return new Refused(new Refusal.Malformed(detail, List.of(new Mistake("", detail))));
  }
}
