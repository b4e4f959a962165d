package dev.manyhands.pool;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/// Prints why the service did not start, without a stack trace.
final class SandboxUnreachableAnalyzer extends AbstractFailureAnalyzer<SandboxUnreachable> {
  @Override
  protected FailureAnalysis analyze(Throwable failure, SandboxUnreachable cause) {
    return new FailureAnalysis(
        cause.getMessage(),
        "Use a kernel that can, or set manyhands.sandbox.level=none: then task code may do whatever"
            + " the service's user may, so give the key to nobody whom you would not give that"
            + " user's password.",
        cause);
  }
}
