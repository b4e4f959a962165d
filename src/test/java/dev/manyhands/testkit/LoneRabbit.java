package dev.manyhands.testkit;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.rabbitmq.RabbitMQContainer;

/// A RabbitMQ for the tests of one class alone, which may stop it and disturb the ways to it.
public final class LoneRabbit implements AutoCloseable {
  private static final int PORT = 5672;

  private final RabbitMQContainer server = Containers.newRabbit();
  private final List<Wire> wires = new ArrayList<>();

  /// Starts it for the first time.
  public void start() {
    server.start();
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

  /// What a service is told to work with others through it.
  public List<String> settings(Wire wire) {
    return List.of(
        "--manyhands.cluster.enabled=true",
        "--spring.rabbitmq.host=127.0.0.1",
        "--spring.rabbitmq.port=" + wire.port(),
        "--spring.rabbitmq.username=" + server.getAdminUsername(),
        "--spring.rabbitmq.password=" + server.getAdminPassword());
  }

  /// A connection of the test itself.
  public Connection connect() throws IOException, TimeoutException {
    InetSocketAddress now = address();
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(now.getHostString());
    factory.setPort(now.getPort());
    factory.setUsername(server.getAdminUsername());
    factory.setPassword(server.getAdminPassword());
    return factory.newConnection();
  }

  /// `kill -9`.
  public void kill() {
    server.getDockerClient().killContainerCmd(server.getContainerId()).exec();
  }

  /// Asks it to end, and ends it if that takes long; returns when it has.
  public void stop() {
    server.getDockerClient().stopContainerCmd(server.getContainerId()).withTimeout(2).exec();
  }

  public boolean isRunning() {
    return Boolean.TRUE.equals(server.getCurrentContainerInfo().getState().getRunning());
  }

  /// Begins to start it again with all that it had kept, and returns at once.
  public void startAgain() {
    server.getDockerClient().startContainerCmd(server.getContainerId()).exec();
  }

  /// Empties all queues.
  public void purge() throws IOException, InterruptedException {
    eval("[rabbit_amqqueue:purge(Q) || Q <- rabbit_amqqueue:list()].");
  }

  /// Deletes all queues.
  public void delete() throws IOException, InterruptedException {
    eval("[rabbit_amqqueue:delete(Q, false, false, <<\"test\">>) || Q <- rabbit_amqqueue:list()].");
  }

  /// Deletes an exchange with all that is bound to it; nobody is told, and connections stay.
  public void deleteExchange(String name) throws IOException, InterruptedException {
    eval(
        "ok = rabbit_exchange:delete({resource, <<\"/\">>, exchange, <<\"%s\">>}, false, <<\"test\">>)."
            .formatted(name));
  }

  /// Deletes one queue.
  public void deleteQueue(String name) throws IOException, InterruptedException {
    ctl("delete_queue", name);
  }

  /// Whether it says that it has no memory left: then it reads nothing of who publishes.
  public void hasNoMemory(boolean none) throws IOException, InterruptedException {
    ctl("set_vm_memory_high_watermark", none ? "0" : "0.4");
  }

  /// Whether its user has another password than the one that all were told. Connections are closed.
  public void isLocked(boolean locked) throws IOException, InterruptedException {
    String password = server.getAdminPassword();
    ctl("change_password", server.getAdminUsername(), locked ? password + "-not" : password);
    ctl("close_all_connections", "by a test");
  }

  /// Whether its user may connect and do nothing more. Connections are closed.
  public void isForbidden(boolean forbidden) throws IOException, InterruptedException {
    String what = forbidden ? "^$" : ".*";
    ctl("set_permissions", server.getAdminUsername(), what, what, what);
    ctl("close_all_connections", "by a test");
  }

  private void eval(String expression) throws IOException, InterruptedException {
    ctl("eval", expression);
  }

  /// Has it publish all that is published once more, to the exchange `amq.rabbitmq.trace`, until it
  /// starts again.
  public void trace() throws IOException, InterruptedException {
    ctl("trace_on");
  }

  private void ctl(String act, String... more) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("rabbitmqctl", "-q", act));
    command.addAll(List.of(more));
    ExecResult result = server.execInContainer(command.toArray(String[]::new));
    if (result.getExitCode() != 0) {
      throw new IllegalStateException(
          String.join(" ", command) + ": " + result.getStdout() + result.getStderr());
    }
  }

  @Override
  public void close() throws IOException {
    for (Wire wire : wires) {
      wire.close();
    }
    server.stop();
  }
}
