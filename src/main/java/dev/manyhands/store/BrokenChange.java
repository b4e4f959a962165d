package dev.manyhands.store;

import org.jspecify.annotations.Nullable;

/// A change that would break the log, such as a result for an index that has one: a bug of ours.
final class BrokenChange extends RuntimeException {
  private static final long serialVersionUID = 1;

  BrokenChange(Change change, String what) {
    this(change, what, null);
  }

  BrokenChange(Change change, String what, @Nullable Throwable cause) {
    super(change.getClass().getSimpleName() + " of " + change.job() + ": " + what, cause);
  }
}
