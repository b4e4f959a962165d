package dev.manyhands.pool;

import jakarta.validation.constraints.NotBlank;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// Which Python the worker processes are.
///
/// @param executable a path, or a name to be looked up in `PATH`; Python 3.9 or later
@Validated
@ConfigurationProperties("manyhands.python")
public record PythonSettings(
    @DefaultValue("python3")
        @NotBlank(message = "expected the path or name of a Python 3.9 or later")
        String executable) {}
