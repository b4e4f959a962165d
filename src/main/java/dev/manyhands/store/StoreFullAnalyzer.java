package dev.manyhands.store;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/// Prints that the disk is full at the start, without a stack trace.
final class StoreFullAnalyzer extends AbstractFailureAnalyzer<StoreFull> {
  @Override
  protected FailureAnalysis analyze(Throwable failure, StoreFull cause) {
    return new FailureAnalysis(
        cause.getMessage(),
        "Make room on that disk and start again; all that was accepted is there.",
        cause);
  }
}
