package dev.manyhands.web;

import dev.manyhands.dispatch.StagedJob;
import dev.manyhands.job.IdempotencyKey;
import dev.manyhands.job.JobId;
import dev.manyhands.json.SpecJson;
import dev.manyhands.store.Change;
import java.util.Base64;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A [StagedJob] as one node tells it another.
final class StagedJson {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private StagedJson() {}

  static byte[] write(StagedJob job) {
    return Json.object(json -> {
      json.writeName("spec");
      json.writeBinary(SpecJson.write(job.spec()));
      json.writeBooleanProperty("receives", job.receives());
      json.writeBooleanProperty("open", job.open());
      Change.Once once = job.once();
      if (once != null) {
        json.writeStringProperty("caller", once.key().caller());
        json.writeStringProperty("key", once.key().text());
        if (once.fingerprint() != null) {
          json.writeName("fingerprint");
          json.writeBinary(once.fingerprint());
        }
      }
      write(json, "starts", job.starts());
      int[] functions = job.functions();
      if (functions != null) {
        write(json, "functions", functions);
      }
      json.writeNumberProperty("total", job.total());
      json.writeNumberProperty("bytes", job.bytes());
    });
  }

  private static void write(JsonGenerator json, String name, int[] numbers) {
    json.writeName(name);
    json.writeArray(numbers, 0, numbers.length);
  }

  static StagedJob read(JobId id, byte[] body) {
    JsonNode json = MAPPER.readTree(body);
    Base64.Decoder base64 = Base64.getDecoder();
    Change.Once once = null;
    if (json.has("key")) {
      byte @Nullable [] fingerprint =
          json.has("fingerprint") ? base64.decode(json.get("fingerprint").stringValue()) : null;
      once =
          new Change.Once(
              new IdempotencyKey(json.get("caller").stringValue(), json.get("key").stringValue()),
              fingerprint);
    }
    return new StagedJob(
        id,
        SpecJson.read(base64.decode(json.get("spec").stringValue())),
        json.get("receives").booleanValue(),
        json.get("open").booleanValue(),
        once,
        numbers(json.get("starts")),
        json.has("functions") ? numbers(json.get("functions")) : null,
        json.get("total").intValue(),
        json.get("bytes").longValue());
  }

  private static int[] numbers(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).intValue()).toArray();
  }
}
