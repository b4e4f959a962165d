package dev.manyhands.web.openapi;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The named limits as they are put and shown.
interface LimitForms {
  @Schema(description = "How many tasks may run at once, how many may start in a time, or both.")
  record PostedLimit(
      @Schema(minimum = "1", maximum = "100000", description = "1: a lock")
          @Nullable Integer permits,
      @Schema(
              example = "100/s",
              pattern = "^[1-9][0-9]{0,6}/[smh]$",
              description = "tasks a second, minute or hour, evenly spread")
          @Nullable String rate) {}

  record LimitList(List<ListedLimit> limits) {}

  @Schema(description = "A limit that tasks of many jobs share, and how much of it is in use.")
  record ListedLimit(
      @Schema(example = "db") String name,
      @Nullable Integer permits,
      @Nullable String rate,
      @Schema(description = "permits in use, of all keys together") int inUse,
      @Schema(description = "tasks that no worker has, of the jobs that name it") long waiting) {}

  @Schema(description = "The same with those who hold it, at most 100.")
  record NamedLimit(
      @Schema(example = "db") String name,
      @Nullable Integer permits,
      @Nullable String rate,
      @Schema(description = "permits in use, of all keys together") int inUse,
      @Schema(description = "tasks that no worker has, of the jobs that name it") long waiting,
      @Schema(description = "those who have held it longest first") List<Holder> holders) {}

  @Schema(description = "A run of tasks in one worker's hands, which holds one permit.")
  record Holder(
      @Schema(description = "its id") String job,
      String pool,
      @Schema(description = "index of the first that has not ended") int firstIndex,
      @Schema(description = "those that have not ended") int tasks,
      @Schema(description = "the value in their inputs, where the limit is used by a key")
          @Nullable String key,
      @Schema(example = "PT0.25S") String heldFor) {}
}
