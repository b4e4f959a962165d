package dev.manyhands.dispatch;

import org.jspecify.annotations.Nullable;

/// The custom ids of a job's tasks.
public interface Names {
  /// Of a job whose tasks have none.
  Names NONE = _ -> null;

  /// The id of the task as a JSON string; none: it has none.
  byte @Nullable [] of(int index);
}
