package dev.manyhands.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A running service on the store's database.
///
/// @param url where other nodes reach it; none: it did not say
/// @param leaseUntil when its jobs may be taken over unless it is heard of before, by the clock of
///   the database; none: it is the only one
public record Node(
    String id, @Nullable String url, Instant startedAt, @Nullable Instant leaseUntil) {}
