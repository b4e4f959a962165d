package dev.manyhands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// What a newcomer runs first prints what stands beside it.
@DisabledOnOs(OS.WINDOWS)
class ExamplesIT {
  private static final Pattern FIRST_JOB =
      Pattern.compile("^curl (.*\\\\\n)+.*\n", Pattern.MULTILINE);

  @RegisterExtension final Services services = new Services();

  @TempDir Path folder;

  @Test
  void everyExamplePrintsWhatIsExpected() throws Exception {
    RunningService service =
        services.start(
            folder.resolve("data"),
            // One of them has a server of its own, one a command that reads its pictures.
            "--manyhands.http.allow=127.0.0.1",
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

    assertThat(Files.readString(printed)).isEqualTo(allOk());
    assertThat(process.exitValue()).isZero();
  }

  @Test
  void theFirstJobThatTheStartPrintsGivesTheSquares() throws Exception {
    // A path that a shell would take apart.
    RunningService service = services.start(folder.resolve("my data"));
    Matcher printed = FIRST_JOB.matcher(service.log());
    Wait.untilSeen("the first job is printed", () -> printed.reset(service.log()).find());
    Path answer = folder.resolve("answer");

    Process shell =
        new ProcessBuilder("bash", "-c", printed.group())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(answer.toFile())
            .start();
    try {
      assertThat(shell.waitFor(60, TimeUnit.SECONDS)).as("the command ended").isTrue();
    } finally {
      shell.destroyForcibly();
    }

    assertThat(Files.readString(answer)).isEqualTo("[1,4,9,16,25]");
  }

  private static String allOk() throws IOException {
    try (Stream<Path> examples = Files.list(Path.of("src/examples"))) {
      return examples
          .filter(Files::isDirectory)
          .map(example -> "ok      " + example.getFileName() + "\n")
          .sorted()
          .collect(Collectors.joining());
    }
  }
}
