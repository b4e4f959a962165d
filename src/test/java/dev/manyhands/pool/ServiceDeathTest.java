package dev.manyhands.pool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Wait;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// When the service is killed, its worker processes and all that their tasks started end by
/// themselves, whatever those did to get away.
class ServiceDeathTest {
  /// Of a command two, of a Python task one in a session of its own and one that has forked twice.
  private static final int SLEEPERS = 4;

  @Test
  @Timeout(180)
  void workersEndWithTheService() throws Exception {
    Process service =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                PoolHost.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<ProcessHandle> workers;
    try (BufferedReader said = service.inputReader(UTF_8)) {
      String line = said.readLine();
      for (int running = 0; running < 2 && line != null; line = said.readLine()) {
        running += line.equals("runs") ? 1 : 0;
        if (running == 2) {
          break;
        }
      }
      assertThat(line).isEqualTo("runs");
      do {
        workers = service.descendants().toList();
      } while (workers.stream().filter(ServiceDeathTest::sleeps).count() < SLEEPERS);
    } finally {
      service.destroyForcibly();
    }
    List<ProcessHandle> all = workers;
    try {
      Wait.untilSeen("all are gone", () -> all.stream().noneMatch(ProcessHandle::isAlive));
    } finally {
      all.forEach(ProcessHandle::destroyForcibly);
    }
  }

  private static boolean sleeps(ProcessHandle process) {
    return process.info().command().orElse("").endsWith("sleep");
  }
}
