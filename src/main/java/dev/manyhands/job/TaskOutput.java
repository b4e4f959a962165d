package dev.manyhands.job;

/// What a task wrote to its standard streams, bounded.
///
/// @param truncated whether more was written than is kept
public record TaskOutput(int index, String stdout, String stderr, boolean truncated) {}
