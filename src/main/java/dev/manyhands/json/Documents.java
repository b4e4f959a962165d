package dev.manyhands.json;

import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refusal.Mistake;
import dev.manyhands.job.Refused;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads a small document that a client sent into a tree.
final class Documents {
  /// Whoever hands a document in has bounded its bytes.
  private static final Limits ANY_SIZE =
      new Limits(Long.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);

  static final JsonMapper MAPPER =
      JsonMapper.builder(JobReader.factory(ANY_SIZE, JobReader.LEVELS_ABOVE_INPUTS))
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private Documents() {}

  /// @throws Refused with [Refusal.Malformed] if it is no JSON, with [Refusal.TooLarge] if it is
  ///   too deep or has too long a number
  static JsonNode tree(byte[] json) {
    try {
      JsonNode tree = MAPPER.readTree(json);
      if (!tree.isMissingNode()) {
        return tree;
      }
      throw malformed("expected a JSON object, got an empty body");
    } catch (StreamConstraintsException beyond) {
      throw Beyond.limit(beyond, "", "the document")
          .orElseGet(() -> malformed(Complaint.of(beyond)));
    } catch (JacksonException notJson) {
      throw malformed(Complaint.of(notJson));
    }
  }

  private static Refused malformed(String detail) {
    return new Refused(new Refusal.Malformed(detail, List.of(new Mistake("", detail))));
  }
}
