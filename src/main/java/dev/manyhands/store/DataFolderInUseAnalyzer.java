package dev.manyhands.store;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/// Prints that the data folder is taken, without a stack trace.
final class DataFolderInUseAnalyzer extends AbstractFailureAnalyzer<DataFolderInUse> {
  @Override
  protected FailureAnalysis analyze(Throwable failure, DataFolderInUse cause) {
    return new FailureAnalysis(
        cause.getMessage(), "Stop the other process, or give this one its own folder.", cause);
  }
}
