package dev.manyhands.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Wait;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlainCommandTest {
  @TempDir private Path home;

  /// Who waits at a pipe on a virtual thread keeps its carrier. Java adds another one, and takes it
  /// away again after 30 idle seconds: with as many waiting as there are cores no virtual thread of
  /// the service would ever run again.
  @Test
  void whoWaitsAtItsPipesIsNoVirtualThread() throws Exception {
    byte[] moreThanAPipeHolds = new byte[1 << 20];
    PlainCommand silent = new PlainCommand(List.of("sleep", "600"), moreThanAPipeHolds, home, 100);
    FutureTask<PlainCommand.Ended> end = new FutureTask<>(() -> silent.await(null));
    try {
      Thread.ofPlatform().start(end);
      Wait.untilSeen("its input waits", () -> waitsAtAPipe("command-stdin"));
      Wait.untilSeen("its output is waited for", () -> waitsAtAPipe("command-stdout"));
    } finally {
      silent.kill();
    }

    assertThat(end.get().exitValue()).isEqualTo(128 + 9);
  }

  /// @return false for all virtual threads, which are not among these
  private static boolean waitsAtAPipe(String name) {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(entry -> entry.getKey().getName().equals(name))
        .anyMatch(entry -> entry.getValue().length > 0 && entry.getValue()[0].isNativeMethod());
  }
}
