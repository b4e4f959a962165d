package dev.manyhands.json;

import dev.manyhands.job.JobSpec;
import dev.manyhands.job.Refused;
import dev.manyhands.job.Webhook;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/// The JSON form of a [JobSpec]: as a client posts it beside the inputs, and as the store keeps it.
///
/// Read strictly: every unknown field, wrong type and broken rule is refused, all of them in one
/// answer. Written with every default that is in force, so that a stored job means the same after a
/// default has changed.
public final class SpecJson {
  private SpecJson() {}

  /// What [#write] made.
  ///
  /// @throws Refused with [Refusal.Malformed] or [Refusal.InvalidBody]
  public static JobSpec read(byte[] json) {
    return new SpecReader(new Mistakes()).read(Documents.tree(json));
  }

  /// What a client posted, refused together with the mistakes that were found before.
  ///
  /// @param noInputs what is to be said of inputs that are missing, unless the job is open
  /// @throws Refused with [Refusal.Malformed] or [Refusal.InvalidBody]
  static Asked read(byte[] json, @Nullable String noInputs, Mistakes mistakes) {
    JsonNode root = Documents.tree(json);
    boolean open = root.path("open").booleanValue(false);
    String from = root.path("dependsOn").path("inputs").stringValue("own");
    boolean fed = from.equals("values") || from.equals("whole");
    if (fed && (noInputs == null || open)) {
      mistakes.add(
          open ? "/open" : "/inputs", "expected nothing here: the inputs are values of other jobs");
    } else if (noInputs != null && !open && !fed) {
      mistakes.add("/inputs", noInputs);
    }
    refuseOurs(root, mistakes);
    SpecReader reader = new SpecReader(mistakes);
    JobSpec spec = reader.read(root);
    return new Asked(spec, reader.isOpen(), isSecretMade(root));
  }

  private static boolean isSecretMade(JsonNode root) {
    return root.path("webhooks").valueStream().anyMatch(webhook -> !webhook.has("secret"));
  }

  /// What a client posted with a list of tasks.
  ///
  /// @throws Refused with [Refusal.Malformed] or [Refusal.InvalidBody]
  static Asked readWithTasks(byte[] json, TaskList tasks, Mistakes mistakes) {
    JsonNode root = Documents.tree(json);
    for (String field : List.of("open", "dependsOn/inputs")) {
      JsonNode value = root.at("/" + field);
      if (value.booleanValue(false) || !value.stringValue("own").equals("own")) {
        mistakes.add("/" + field, "expected nothing here: all tasks come in the list");
      }
    }
    refuseOurs(root, mistakes);
    return new Asked(new SpecReader(mistakes, tasks).read(root), false, isSecretMade(root));
  }

  /// Forms that a stored job may have, and a posted one may not: a list of no events meant all.
  private static void refuseOurs(JsonNode root, Mistakes mistakes) {
    if (root.has("retryOf")) {
      mistakes.add("/retryOf", "expected nothing here: POST /v1/jobs/{id}/retry makes such a job");
    }
    JsonNode webhooks = root.path("webhooks");
    for (int i = 0; i < webhooks.size(); i++) {
      JsonNode events = webhooks.path(i).path("events");
      if (events.isArray() && events.isEmpty()) {
        mistakes.add(
            "/webhooks/" + i + "/events",
            "expected at least one of "
                + String.join(", ", Webhook.EVENTS)
                + ", or no events for all of them, got an empty array");
      }
    }
    for (String field : List.of("functions", "customIds")) {
      if (root.has(field)) {
        mistakes.add("/" + field, "expected nothing here: each of tasks says it of itself");
      }
    }
  }

  /// UTF-8, one line.
  public static byte[] write(JobSpec spec) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = Documents.MAPPER.createGenerator(bytes)) {
      json.writeStartObject();
      SpecWriter.write(json, spec, true);
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  /// The fields of the spec without what is secret, into an object that is open.
  public static void writeFields(JsonGenerator json, JobSpec spec) {
    SpecWriter.write(json, spec, false);
  }
}
