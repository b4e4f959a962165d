package dev.manyhands.settings;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/// Prints which setting there is not, without a stack trace.
final class UnknownSettingAnalyzer extends AbstractFailureAnalyzer<UnknownSetting> {
  @Override
  protected FailureAnalysis analyze(Throwable failure, UnknownSetting cause) {
    return new FailureAnalysis(
        cause.getMessage(), "Take the name from the README's table of settings.", cause);
  }
}
