package dev.manyhands.job;

import java.time.Instant;

/// Who worked on a run of tasks, and when.
///
/// @param worker such as `processes-1`
public record Stint(String worker, Instant startedAt, Instant endedAt) {}
