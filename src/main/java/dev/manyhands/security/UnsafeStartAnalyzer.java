package dev.manyhands.security;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/// Prints why the service did not start, without a stack trace.
final class UnsafeStartAnalyzer extends AbstractFailureAnalyzer<UnsafeStart> {
  @Override
  protected FailureAnalysis analyze(Throwable failure, UnsafeStart cause) {
    return new FailureAnalysis(cause.getMessage(), cause.cure(), cause);
  }
}
