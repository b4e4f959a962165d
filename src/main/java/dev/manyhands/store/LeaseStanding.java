package dev.manyhands.store;

import java.time.Duration;

/// How the lease of a node stands, by its own clock.
///
/// @param held whether it has its jobs; the only node always has
/// @param lost how many times it was lost since the start
/// @param renewal how long the database took to renew it last
public record LeaseStanding(boolean held, long lost, Duration renewal) {}
