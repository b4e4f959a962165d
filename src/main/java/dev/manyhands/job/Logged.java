package dev.manyhands.job;

/// A result block at its place in the job's log.
///
/// @param seq how many tasks of the job had ended before the first of this block: completion order,
///   counted from 0
public record Logged(long seq, ResultBlock block) {}
