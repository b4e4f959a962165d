package dev.manyhands.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class LauncherTest {
  /// Enough for a start on a machine that does ten other things.
  private static final Duration START = Duration.ofSeconds(15);

  /// Processes of others in this JVM.
  private final Set<ProcessHandle> others =
      ProcessHandle.current().children().collect(Collectors.toSet());

  @Test
  void aKeeperThatIsStoppedWhileItIsFreeSaysNothingAboutTheNextOne() throws Exception {
    try (Watchdog watchdog = new Watchdog();
        Launcher launcher = launcher(watchdog)) {
      end(launcher.start());
      stop(keepers().getFirst());

      assertThatExceptionOfType(KilledAtStart.class)
          .isThrownBy(launcher::start)
          .withMessageContaining("did not connect within PT15S");
      end(launcher.start());
      assertThat(keepers()).as("the one that stood still is gone").hasSize(1);
    }
    assertThat(keepers()).isEmpty();
  }

  private static Launcher launcher(Watchdog watchdog) throws Exception {
    return new Launcher(
        "test",
        PoolUnderTest.python(),
        PoolUnderTest.starting(START),
        PoolUnderTest.hardened(List.of()),
        watchdog);
  }

  /// Its keeper is free then.
  private static void end(ChildProcess child) {
    child.end(START);
    assertThat(child.gone()).isDone();
  }

  private List<ProcessHandle> keepers() {
    return ProcessHandle.current().children().filter(child -> !others.contains(child)).toList();
  }

  private static void stop(ProcessHandle process) throws Exception {
    Process kill = new ProcessBuilder("kill", "-STOP", "" + process.pid()).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }
}
