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

  TwoNodes(Path folder, String... more) throws IOException {
    this.folder = folder;
    settings.addAll(place.settings());
    settings.add("--manyhands.cluster.lease=2s");
    settings.addAll(List.of(more));
    first = node("first");
    Path other = Files.createDirectories(folder.resolve("second"));
    Files.copy(folder.resolve("first/admin.key"), other.resolve("admin.key"));
    second = node("second");
  }

  private Api node(String name) throws IOException {
    return Api.on(Files.createDirectories(folder.resolve(name)), settings.toArray(String[]::new));
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
