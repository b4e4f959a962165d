package dev.manyhands.history;

/// What is posted to make a job.
///
/// @param type of its body
public record Submission(String key, int tasks, String type, String body) {}
