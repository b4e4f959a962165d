package dev.manyhands.pool;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// The pools as `manyhands.pools` names them. The three defaults, `threads`, `virtual` and
/// `processes`, exist without a setting; a pool set under one of these names replaces the default.
///
/// @param pools by name, in order of name, the defaults included
@Validated
@ConfigurationProperties("manyhands")
public record PoolsSettings(
    @DefaultValue
        Map<
                @Pattern(
                    regexp = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}",
                    message =
                        "expected 1 to 100 letters, digits, '.', '_' or '-', got: ${validatedValue}")
                String,
                @Valid PoolSettings>
            pools) {

  public PoolsSettings {
    Map<String, PoolSettings> all = new TreeMap<>();
    for (PoolKind kind : PoolKind.values()) {
      all.put(kind.word(), PoolSettings.auto(kind));
    }
    all.putAll(pools);
    pools = Collections.unmodifiableMap(all);
  }
}
