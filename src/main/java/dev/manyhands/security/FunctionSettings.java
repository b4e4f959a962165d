package dev.manyhands.security;

import jakarta.validation.constraints.Pattern;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// Which functions may be asked for.
///
/// @param allowed the kinds that run here; none named: all, on an address of this machine only
@Validated
@ConfigurationProperties("manyhands.functions")
record FunctionSettings(
    @DefaultValue
        List<
                @Pattern(
                    regexp = "java|python|command|http",
                    message = "expected java, python, command or http, got: ${validatedValue}")
                String>
            allowed) {
  FunctionSettings {
    allowed = List.copyOf(allowed);
  }
}
