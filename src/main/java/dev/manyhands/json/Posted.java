package dev.manyhands.json;

/// A posted job that was read to its end and is valid.
///
/// @param inputs how many were cut out of it; of a job that is not open, 1 or more
/// @param functionAt the pointer of its function, if it has only one
public record Posted(Asked asked, int inputs, String functionAt) {}
