package dev.manyhands.store;

import org.jspecify.annotations.Nullable;

/// What a crash of the machine can cost of what the store said is stored.
///
/// @param weakness why something may be lost; none: nothing is, it is on disk
public record Durability(@Nullable String weakness) {
  public static final Durability SYNCED = new Durability(null);

  public boolean isSynced() {
    return weakness == null;
  }
}
