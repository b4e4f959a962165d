package dev.manyhands.store;

import jakarta.validation.constraints.NotBlank;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// Where the store keeps its files.
///
/// @param data the data folder, from the service's working directory unless absolute; created if it
///   is not there
@Validated
@ConfigurationProperties("manyhands")
public record StoreSettings(@NotBlank @DefaultValue("./data") String data) {

  /// The data folder as an absolute path.
  public Path folder() {
    return Path.of(data).toAbsolutePath().normalize();
  }
}
