package dev.manyhands.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.testcontainers.postgresql.PostgreSQLContainer;

/// A PostgreSQL for the tests of one class alone, which may stop it and disturb the ways to it.
public final class LonePostgres implements AutoCloseable {
  private static final int PORT = 5432;

  private final PostgreSQLContainer server =
      Containers.newPostgres().withCommand("postgres", "-c", "max_connections=40");
  private final List<Wire> wires = new ArrayList<>();
  private @Nullable PostgresPlace schema;

  /// Starts it for the first time.
  public void start() {
    server.start();
    schema = PostgresPlace.on(server);
  }

  /// As long as it has not been started again.
  public PostgresPlace place() {
    return Objects.requireNonNull(schema);
  }

  /// A way to it, for one node.
  public Wire wire() throws IOException {
    Wire wire = Wire.to(this::address);
    wires.add(wire);
    return wire;
  }

  private InetSocketAddress address() {
    return Containers.address(server, PORT);
  }

  /// What a service is told to share it.
  public List<String> settings(Wire wire) {
    return place().settings(place().through("127.0.0.1", wire.port()));
  }

  /// Where it is now, by no wire.
  public String url() {
    InetSocketAddress now = address();
    return place().through(now.getHostString(), now.getPort());
  }

  /// `kill -9`, and a start; returns when its process has begun.
  public void restart() {
    server.getDockerClient().restartContainerCmd(server.getContainerId()).withTimeout(0).exec();
  }

  /// Nothing of it runs until [#resume].
  public void pause() {
    server.getDockerClient().pauseContainerCmd(server.getContainerId()).exec();
  }

  public void resume() {
    server.getDockerClient().unpauseContainerCmd(server.getContainerId()).exec();
  }

  @Override
  public void close() throws IOException {
    for (Wire wire : wires) {
      wire.close();
    }
    server.stop();
  }
}
