package dev.manyhands.pool;

import java.util.Locale;

/// What the workers of a pool are.
public enum PoolKind {
  /// Platform threads, for Java functions that compute.
  THREADS,
  /// Virtual threads under a limit, for Java functions that wait and HTTP functions.
  VIRTUAL,
  /// Warm child processes, for Python functions and commands.
  PROCESSES;

  /// The word of the settings and the API, such as `threads`.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
