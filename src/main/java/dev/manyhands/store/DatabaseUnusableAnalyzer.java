package dev.manyhands.store;

import java.util.Objects;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/// Prints why the database cannot be used, without a stack trace.
final class DatabaseUnusableAnalyzer extends AbstractFailureAnalyzer<DatabaseUnusable> {
  @Override
  protected FailureAnalysis analyze(Throwable failure, DatabaseUnusable cause) {
    return new FailureAnalysis(
        Objects.requireNonNull(cause.getMessage()),
        "Start the server, or correct spring.datasource.url, spring.datasource.username and"
            + " spring.datasource.password.",
        cause);
  }
}
