package dev.manyhands.cluster;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A message that begins like one of another version.
final class OtherVersion extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final int version;
  private final transient @Nullable JsonNode head;

  /// @param head as far as it can be read
  OtherVersion(int version, @Nullable JsonNode head) {
    super("expected a message of version " + Parts.VERSION + ", got one of " + version);
    this.version = version;
    this.head = head;
  }

  int version() {
    return version;
  }

  /// What its head says, if it says it.
  Optional<String> text(String name) {
    JsonNode read = head;
    return read == null ? Optional.empty() : read.path(name).asStringOpt();
  }

  boolean flag(String name) {
    JsonNode read = head;
    return read != null && read.path(name).booleanValue(false);
  }
}
