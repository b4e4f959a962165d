package dev.manyhands.web;

import dev.manyhands.testkit.PostgresPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Two nodes in this JVM that share a database, with one key.
final class TwoNodes implements AutoCloseable {
  final PostgresPlace place = PostgresPlace.fresh();
  final Api first;
  final Api second;
  private final Path folder;
  private final List<String> settings = new ArrayList<>();

  TwoNodes(Path folder) throws IOException {
    this.folder = folder;
    settings.addAll(place.settings());
    // None runs out in a machine that pauses; who wants one to changes the table and has them look.
    settings.add("--manyhands.cluster.lease=60s");
    first = node("first");
    Path other = Files.createDirectories(folder.resolve("second"));
    Files.copy(folder.resolve("first/admin.key"), other.resolve("admin.key"));
    second = node("second");
  }

  private Api node(String name) throws IOException {
    return Api.on(Files.createDirectories(folder.resolve(name)), settings.toArray(String[]::new));
  }

  /// Changes the table of nodes, of which both hear as if a node had left: they look at the leases
  /// at once.
  void change(String sql) {
    place.run(sql + "; NOTIFY manyhands_news, 'left'");
  }

  @Override
  public void close() throws IOException {
    try {
      second.close();
    } finally {
      first.close();
    }
  }
}
