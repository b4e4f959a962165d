package dev.manyhands.testkit;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.rabbitmq.RabbitMQContainer;

/// A virtual host of its own for the nodes of a test, in the RabbitMQ of all tests.
public final class RabbitPlace {
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final RabbitMQContainer server = Containers.rabbit();
  private final String name =
      "place-" + NUMBERS.incrementAndGet() + "-" + ProcessHandle.current().pid();

  private RabbitPlace() {}

  public static RabbitPlace fresh() throws IOException, InterruptedException {
    RabbitPlace place = new RabbitPlace();
    place.ctl("add_vhost", place.name);
    place.ctl(
        "set_permissions", "-p", place.name, place.server.getAdminUsername(), ".*", ".*", ".*");
    return place;
  }

  /// What a service is told to work with others through it.
  public List<String> settings() {
    return List.of(
        "--manyhands.cluster.enabled=true",
        "--spring.rabbitmq.host=" + server.getHost(),
        "--spring.rabbitmq.port=" + server.getAmqpPort(),
        "--spring.rabbitmq.username=" + server.getAdminUsername(),
        "--spring.rabbitmq.password=" + server.getAdminPassword(),
        "--spring.rabbitmq.virtual-host=" + name);
  }

  /// Something done to a queue, such as `purge_queue`.
  public void queue(String act, String queue) throws IOException, InterruptedException {
    ctl(act, "-p", name, queue);
  }

  private void ctl(String... arguments) throws IOException, InterruptedException {
    String[] command = new String[arguments.length + 2];
    command[0] = "rabbitmqctl";
    command[1] = "-q";
    System.arraycopy(arguments, 0, command, 2, arguments.length);
    ExecResult result = server.execInContainer(command);
    if (result.getExitCode() != 0) {
      throw new IllegalStateException(String.join(" ", command) + ": " + result.getStderr());
    }
  }
}
