package dev.manyhands.store;

import java.util.List;

/// The services that share the store.
public interface Nodes {
  /// The name of this one from now on; it has another after it was given up by the others.
  String self();

  /// Those whose lease runs, the oldest first.
  List<Node> all();

  /// Tells the others where this one is reached, from now on.
  void announce(String url);
}
