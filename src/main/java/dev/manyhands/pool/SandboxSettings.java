package dev.manyhands.pool;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The walls around Python functions and commands.
///
/// @param level without one, hardened on Linux and none elsewhere
/// @param network whether tasks may use the network
/// @param read files and folders that tasks may read beside what programs need to run
/// @param write files and folders that tasks may read and change beside their own folder
@ConfigurationProperties("manyhands.sandbox")
public record SandboxSettings(
    @Nullable Level level,
    @DefaultValue("false") boolean network,
    @DefaultValue List<Path> read,
    @DefaultValue List<Path> write) {

  /// How high the walls are.
  public enum Level {
    /// Task code may do what the service's user may.
    NONE,
    /// Task code is kept from files, network and processes that are not its own.
    HARDENED
  }

  public SandboxSettings {
    read = List.copyOf(read);
    write = List.copyOf(write);
  }

  /// The same with more to read.
  SandboxSettings reading(List<Path> more) {
    List<Path> all = new ArrayList<>(read);
    all.addAll(more);
    return new SandboxSettings(level, network, all, write);
  }

  /// The level that is meant.
  Level effective() {
    if (level != null) {
      return level;
    }
    return System.getProperty("os.name").equals("Linux") ? Level.HARDENED : Level.NONE;
  }
}
