package dev.manyhands.store;

import org.jspecify.annotations.Nullable;

/// The database that the settings name does not let this service in, or is not one for a store.
public final class DatabaseUnusable extends IllegalStateException {
  private static final long serialVersionUID = 1;

  DatabaseUnusable(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
