package dev.manyhands.pool;

import dev.manyhands.job.TaskError;
import java.util.concurrent.CompletableFuture;

/// Who looks after a worker process.
///
/// @param end completes when it is gone, with all that it started
/// @param keepers where the keeper is wanted then
record ChildLife(Keeper keeper, CompletableFuture<TaskError.Exit> end, Keepers keepers) {
  void kill() {
    keeper.end(end);
  }

  void interrupt() {
    keeper.interrupt(end);
  }

  void over() {
    keepers.giveBack(keeper);
  }
}
