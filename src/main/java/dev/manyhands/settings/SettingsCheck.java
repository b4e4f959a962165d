package dev.manyhands.settings;

import java.util.Objects;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/// Stops a start that has a setting which nobody reads: it is misspelt, and what was meant stays at
/// its default. Of the environment's variables this cannot be said: others put theirs there too,
/// such as Kubernetes, which names some after each service (`MANYHANDS_PORT`).
final class SettingsCheck implements ApplicationContextInitializer<ConfigurableApplicationContext> {
  @Override
  public void initialize(ConfigurableApplicationContext context) {
    KnownSettings known = new KnownSettings();
    for (ConfigurationPropertySource source :
        ConfigurationPropertySources.get(context.getEnvironment())) {
      if (source instanceof IterableConfigurationPropertySource names
          && !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource)) {
        check(names, known);
      }
    }
  }

  private static void check(IterableConfigurationPropertySource source, KnownSettings known) {
    for (ConfigurationPropertyName name : source) {
      if (KnownSettings.ROOT.isAncestorOf(name) && !known.contains(name)) {
        ConfigurationProperty property = source.getConfigurationProperty(name);
        throw new UnknownSetting(
            name, property == null ? "" : Objects.toString(property.getOrigin(), ""));
      }
    }
  }
}
