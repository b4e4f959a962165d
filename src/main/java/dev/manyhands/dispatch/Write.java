package dev.manyhands.dispatch;

import dev.manyhands.job.ResultBlock;
import dev.manyhands.store.Change;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A change on its way to the store, and who is told.
///
/// @param patience how long it may wait for others to be committed with
/// @param done hears true or false once it is committed and had an effect or not
/// @param failed hears why it was not stored; none: it is kept and tried again until it is
record Write(
    Change change,
    Duration patience,
    Consumer<Boolean> done,
    @Nullable Consumer<RuntimeException> failed) {

  boolean isKept() {
    return failed == null;
  }

  /// Whether it is a job that runs already.
  boolean ranAhead() {
    return change instanceof Change.Accept && patience.isPositive();
  }

  /// Bytes of values that it holds, nearly.
  int weight() {
    int weight = 0;
    if (change instanceof Change.Append append) {
      for (ResultBlock block : append.blocks()) {
        weight += block instanceof ResultBlock.Ran ran ? ran.outcomes().values().length() : 0;
      }
    }
    return weight;
  }
}
