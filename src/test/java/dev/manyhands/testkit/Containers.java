package dev.manyhands.testkit;

import com.github.dockerjava.api.model.ExposedPort;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.rabbitmq.RabbitMQContainer;
import org.testcontainers.utility.DockerImageName;

/// The servers that tests need, real ones in containers: one of each kind for all tests of a JVM,
/// started when a test first asks for it and ended with the JVM.
///
/// `@ExtendWith(Containers.class)` on a test class leaves it out, and says so, where no Docker
/// engine answers. With `CI=true` in the environment it runs and fails there: a build that is to
/// tell whether all is well must not pass over a part.
///
/// A test that stops or breaks a server starts one of its own by [#newPostgres] or [#newRabbit].
public final class Containers implements ExecutionCondition {
  /// For a machine that does ten other things.
  private static final Duration START = Duration.ofMinutes(3);

  private static @Nullable PostgreSQLContainer postgres;
  private static @Nullable RabbitMQContainer rabbit;

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (Boolean.parseBoolean(System.getenv("CI"))) {
      return ConditionEvaluationResult.enabled("CI=true: needed, so never left out");
    }
    if (Answers.YES) {
      return ConditionEvaluationResult.enabled("a Docker engine answers");
    }
    if (context.getTestMethod().isEmpty()) {
      System.err.printf(
          "LEFT OUT, since no Docker engine answers: %s%n",
          context.getTestClass().map(Class::getName).orElseGet(context::getDisplayName));
    }
    return ConditionEvaluationResult.disabled("no Docker engine answers");
  }

  /// Asked once a JVM: an engine that does not answer takes seconds to be sure of.
  private static final class Answers {
    private static final boolean YES = DockerClientFactory.instance().isDockerAvailable();
  }

  /// The PostgreSQL of all tests: each makes itself a schema or database of its own.
  public static synchronized PostgreSQLContainer postgres() {
    if (postgres == null) {
      PostgreSQLContainer started = newPostgres();
      started.start();
      postgres = started;
    }
    return postgres;
  }

  /// The RabbitMQ of all tests: each uses names of its own.
  public static synchronized RabbitMQContainer rabbit() {
    if (rabbit == null) {
      RabbitMQContainer started = newRabbit();
      started.start();
      rabbit = started;
    }
    return rabbit;
  }

  /// One for a test of its own, not started; the test closes it. It syncs what it commits, as a
  /// server does that keeps promises.
  public static PostgreSQLContainer newPostgres() {
    return new PostgreSQLContainer(image("POSTGRES_IMAGE", "postgres:18", "postgres"))
        .withCommand("postgres", "-c", "max_connections=200")
        .withStartupTimeout(START);
  }

  /// Where a container is heard on this machine. It has another port after each start.
  static InetSocketAddress address(GenericContainer<?> server, int port) {
    var ports = server.getCurrentContainerInfo().getNetworkSettings().getPorts().getBindings();
    String spec = Objects.requireNonNull(ports.get(ExposedPort.tcp(port)))[0].getHostPortSpec();
    return new InetSocketAddress(server.getHost(), Integer.parseInt(spec));
  }

  /// One for a test of its own, not started; the test closes it.
  public static RabbitMQContainer newRabbit() {
    return new RabbitMQContainer(image("RABBITMQ_IMAGE", "rabbitmq:4.2-management", "rabbitmq"))
        .withStartupTimeout(START);
  }

  /// @param variable of the environment that names another image
  private static DockerImageName image(String variable, String otherwise, String kind) {
    String name = Optional.ofNullable(System.getenv(variable)).orElse(otherwise);
    return DockerImageName.parse(name).asCompatibleSubstituteFor(kind);
  }
}
