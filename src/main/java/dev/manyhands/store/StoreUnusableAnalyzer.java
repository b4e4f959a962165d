package dev.manyhands.store;

import java.util.Objects;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/// Prints what is wrong with the store's file, without a stack trace.
final class StoreUnusableAnalyzer extends AbstractFailureAnalyzer<StoreUnusable> {
  @Override
  protected FailureAnalysis analyze(Throwable failure, StoreUnusable cause) {
    return new FailureAnalysis(
        Objects.requireNonNull(cause.getMessage()),
        "Set manyhands.data to another folder, or bring the file back from a copy.",
        cause);
  }
}
