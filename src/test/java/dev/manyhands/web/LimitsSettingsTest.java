package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.manyhands.json.Limits;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class LimitsSettingsTest {
  @Test
  void everyLimitHasItsNameAndDefault() {
    assertThat(bind(Map.of()).limits()).isEqualTo(Limits.DEFAULT);
    assertThat(
            bind(Map.of(
                    "manyhands.limits.max-body", "2GB",
                    "manyhands.limits.max-input", "1MB",
                    "manyhands.limits.max-inputs", "5"))
                .limits())
        .isEqualTo(new Limits(2L << 30, 1 << 20, 5));
  }

  @Test
  void aLimitThatMakesNoSenseIsNamed() {
    assertThatThrownBy(() -> bind(Map.of("manyhands.limits.max-input", "4GB")))
        .rootCause()
        .hasMessageStartingWith("manyhands.limits.max-input: expected 1KB to ");
    assertThatThrownBy(() -> bind(Map.of("manyhands.limits.max-body", "0")))
        .rootCause()
        .hasMessageStartingWith("manyhands.limits.max-body: expected 1KB to ");
  }

  private static LimitsSettings bind(Map<String, String> settings) {
    return new Binder(new MapConfigurationPropertySource(settings))
        .bindOrCreate("manyhands.limits", LimitsSettings.class);
  }
}
