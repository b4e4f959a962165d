package dev.manyhands.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a node tells the others of itself.
///
/// @param name for people, such as that of its host
/// @param key what tells its key from another one, and no more
/// @param url where the others reach it; none: not yet
public record Presence(
    String name, List<String> roles, String version, String key, @Nullable String url) {
  /// Of a node that has said nothing yet.
  static final Presence UNKNOWN = new Presence("", List.of(), "", "", null);

  public Presence {
    roles = List.copyOf(roles);
  }

  public Presence at(String where) {
    return new Presence(name, roles, version, key, where);
  }
}
