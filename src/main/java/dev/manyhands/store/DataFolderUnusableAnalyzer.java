package dev.manyhands.store;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/// Prints that the data folder cannot be used, without a stack trace.
final class DataFolderUnusableAnalyzer extends AbstractFailureAnalyzer<DataFolderUnusable> {
  @Override
  protected FailureAnalysis analyze(Throwable failure, DataFolderUnusable cause) {
    return new FailureAnalysis(
        cause.getMessage(),
        "Let the service's user write there, or set manyhands.data to a folder of its own.",
        cause);
  }
}
