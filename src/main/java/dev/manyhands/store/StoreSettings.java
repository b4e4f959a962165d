package dev.manyhands.store;

import jakarta.validation.constraints.NotBlank;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// Where the store keeps its files.
///
/// @param data the data folder, from the service's working directory unless absolute; created if it
///   is not there
/// @param largeValue a value of more bytes is kept beside the log, and lists show what it is
///   instead
@Validated
@ConfigurationProperties("manyhands")
public record StoreSettings(
    @NotBlank @DefaultValue("./data") String data, @DefaultValue("256KB") DataSize largeValue) {
  static final int LARGE_VALUE_BYTES = 256 * 1024;

  /// Above what is answered from memory, and a block.
  public static final DataSize LEAST = DataSize.ofKilobytes(64);

  private static final DataSize MOST = DataSize.ofMegabytes(64);

  public StoreSettings {
    if (largeValue.compareTo(LEAST) < 0 || largeValue.compareTo(MOST) > 0) {
      throw new IllegalArgumentException(
          "manyhands.large-value: expected 64KB to 64MB, got: " + largeValue);
    }
  }

  public int largeValueBytes() {
    return (int) largeValue.toBytes();
  }

  /// The data folder as an absolute path.
  public Path folder() {
    return Path.of(data).toAbsolutePath().normalize();
  }
}
