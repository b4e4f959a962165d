package dev.manyhands.store;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A running service on the store's database.
///
/// @param leaseLeft when its jobs may be taken over unless it is heard of before, by the clock of
///   the database; none: it is the only one
public record Node(String id, Presence presence, Instant startedAt, @Nullable Duration leaseLeft) {}
