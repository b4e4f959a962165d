package dev.manyhands.dispatch;

/// What was taken of the inputs that one request added to a job: committed and synced.
///
/// @param first index of the first of them; -1: there is none
/// @param last index of the last of them; where others added inputs meanwhile, there are more from
///   first to last than `count`
public record Receipt(int first, int last, int count) {}
