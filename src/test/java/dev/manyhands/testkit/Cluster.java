package dev.manyhands.testkit;

import dev.manyhands.ManyhandsApplication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Nodes as processes of their own that share a database and a key.
public final class Cluster {
  /// For tests that wait for it: short, and long enough for a machine on which ten nodes run.
  public static final Duration LEASE = Duration.ofSeconds(6);

  private static final String KEY = "mh_" + "k".repeat(43);

  private final Services services;
  private final Path folder;
  private final Duration lease;

  /// @param lease of each node that owns jobs
  public Cluster(Services services, Path folder, Duration lease) {
    this.services = services;
    this.folder = folder;
    this.lease = lease;
  }

  /// Begins to start a node, and returns at once.
  ///
  /// @param store settings that name the database
  public RunningService begin(String name, List<String> store, String... more) throws IOException {
    Path data =
        Files.createDirectory(
            folder.resolve(name),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path key =
        Files.createFile(
            data.resolve("admin.key"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(key, KEY);
    List<String> settings = new ArrayList<>(store);
    settings.add("--manyhands.cluster.lease=" + lease.toMillis() + "ms");
    // The log of tests is quieter than a service.
    settings.add("--logging.level.dev.manyhands=INFO");
    settings.addAll(List.of(more));
    return services.begin(
        Program.main(ManyhandsApplication.class), data, settings.toArray(String[]::new));
  }
}
