package dev.manyhands.web.openapi;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The pools as they are shown.
interface PoolForms {
  record PoolList(List<Pool> pools) {}

  @Schema(description = "A named set of workers of one kind.")
  record Pool(
      @Schema(example = "processes") String name,
      @Schema(allowableValues = {"threads", "virtual", "processes"}) String kind,
      @Schema(description = "tasks that it may run at once") int workers,
      @Schema(description = "workers that run something") int busy,
      @Schema(description = "tasks that wait for one of its workers") long waiting,
      @Schema(
              allowableValues = {"ready", "degraded"},
              description = "`degraded`: it takes nothing at present, and gets well by itself")
          String status,
      @Schema(description = "why it is degraded") @Nullable String problem,
      @Schema(
              description =
                  "what its worker processes have learned of functions since the service started, the"
                      + " hungriest first; not in the list of all pools")
          @Nullable List<FunctionMemory> functions) {}

  @Schema(description = "The memory that a function's tasks have wanted.")
  record FunctionMemory(
      @Schema(example = "python:square") String function,
      @Schema(description = "the most that one process which ran it ever had") long peakMemoryBytes,
      @Schema(description = "how often a task of it had no memory left") long outOfMemory) {}
}
