package dev.manyhands.settings;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

/// There is no setting of this name.
final class UnknownSetting extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// @param origin where it was set; empty: unknown
  UnknownSetting(ConfigurationPropertyName name, String origin) {
    super("there is no setting " + name + (origin.isEmpty() ? "" : ", which came from " + origin));
  }
}
