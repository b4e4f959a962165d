package dev.manyhands.store;

import org.jspecify.annotations.Nullable;

/// The file of the store is none of ours, or is not to be trusted with results.
public final class StoreUnusable extends IllegalStateException {
  private static final long serialVersionUID = 1;

  StoreUnusable(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
