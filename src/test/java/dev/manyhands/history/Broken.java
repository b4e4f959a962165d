package dev.manyhands.history;

/// A promise that a history shows broken.
public record Broken(Promise promise, String how) {}
