package dev.manyhands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// What a newcomer runs first prints what stands beside it.
@DisabledOnOs(OS.WINDOWS)
class ExamplesIT {
  @RegisterExtension final Services services = new Services();

  @TempDir Path folder;

  @Test
  void everyExamplePrintsWhatIsExpected() throws Exception {
    RunningService service =
        services.start(
            folder.resolve("data"),
            // The pictures that a command reads.
            "--manyhands.sandbox.read=src/examples");
    Path printed = folder.resolve("printed");
    ProcessBuilder runAll = new ProcessBuilder("src/examples/run-all");
    runAll.environment().put("MANYHANDS_URL", service.url());
    runAll.environment().put("MANYHANDS_KEY_FILE", service.keyFile().toString());
    runAll.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = runAll.redirectErrorStream(true).redirectOutput(printed.toFile()).start();
    try {
      assertThat(process.waitFor(180, TimeUnit.SECONDS)).as("run-all ended").isTrue();
    } finally {
      process.destroyForcibly();
    }

    assertThat(Files.readString(printed))
        .isEqualTo(
            """
            ok      imap
            ok      json-lines
            ok      squares
            ok      thumbnails
            ok      word-counts
            """);
    assertThat(process.exitValue()).isZero();
  }
}
