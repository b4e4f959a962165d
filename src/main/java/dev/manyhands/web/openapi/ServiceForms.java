package dev.manyhands.web.openapi;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the service says about itself.
interface ServiceForms {
  @Schema(description = "What this service is and can do.")
  record Info(
      @Schema(allowableValues = "manyhands") String name,
      String version,
      @Schema(description = "every bound in force, by name: bytes, characters, counts or seconds")
          Map<String, Long> limits,
      Durability durability,
      Sandbox sandbox,
      @Schema(description = "what a task may use, by pool of processes: bytes, seconds or counts")
          Map<String, Map<String, Long>> taskLimits,
      @Schema(description = "by `function.type`") Map<String, Kind> functions) {}

  @Schema(description = "What has happened to the disk when it is said.")
  record Durability(
      @Schema(allowableValues = {"synced", "unsynced"}) String accept,
      @Schema(allowableValues = {"synced", "unsynced"}) String results) {}

  @Schema(description = "The walls around Python functions and commands.")
  record Sandbox(
      @Schema(allowableValues = {"hardened", "none"}) String level,
      @Schema(
              description =
                  "each as it was found at the start: `closed`, or `open` with the reason")
          Map<String, String> walls) {}

  record Kind(boolean available, @Schema(description = "why it is not") @Nullable String reason) {}

  record FunctionList(List<InstalledFunction> functions) {}

  @Schema(description = "A Java function that jobs may name.")
  record InstalledFunction(
      @Schema(example = "square") String name,
      String description,
      @Schema(
              allowableValues = {"computes", "waits"},
              description = "whether it computes or waits: which pool fits")
          String nature,
      @Schema(description = "the JSON that an input has to be, as JSON Schema")
          Map<String, Object> input) {}

  record NodeList(List<Node> nodes) {}

  @Schema(
      description = "A running service. Whoever only runs chunks has a name, roles and workers.")
  record Node(
      @Schema(description = "for people: that of its host, or as it is set") String name,
      @Schema(example = "[\"api\", \"worker\"]") List<String> roles,
      @Schema(description = "of this start; another one after its lease was lost")
          @Nullable String id,
      @Schema(description = "whether it is the one that answers") @Nullable Boolean self,
      @Schema(description = "where other nodes reach it") @Nullable String url,
      @Nullable String version,
      @Nullable Instant startedAt,
      @Schema(
              description =
                  "when its jobs are another's unless it is heard of before, as ISO 8601; none"
                      + " where it is the only one",
              example = "PT12.4S")
          @Nullable String leaseLeft,
      @Nullable Integer unfinishedJobs,
      @Schema(description = "free and busy ones that run chunks for all nodes, by pool")
          @Nullable Map<String, Integer> workers) {}
}
