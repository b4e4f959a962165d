package dev.manyhands.pool;

import jakarta.validation.constraints.NotBlank;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// Which Python the worker processes are.
///
/// @param executable a path, or a name to be looked up in `PATH`; Python 3.9 or later
/// @param path folders with modules that functions may name; none: there are no such functions
@Validated
@ConfigurationProperties("manyhands.python")
public record PythonSettings(
    @DefaultValue("python3")
        @NotBlank(message = "expected the path or name of a Python 3.9 or later")
        String executable,
    @DefaultValue List<Path> path) {
  public PythonSettings {
    path = path.stream().map(folder -> folder.toAbsolutePath().normalize()).toList();
    for (Path folder : path) {
      if (!Files.isDirectory(folder)) {
        throw new IllegalArgumentException(
            "manyhands.python.path: expected a folder, got: " + folder);
      }
    }
  }
}
