package dev.manyhands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// What a newcomer runs first prints what stands beside it.
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class ExamplesIT {
  /// With its last line, which alone ends without a backslash.
  private static final Pattern FIRST_JOB =
      Pattern.compile("^curl (.*\\\\\n)+.*[^\\\\\n]\n", Pattern.MULTILINE);

  private static final Pattern PASTED =
      Pattern.compile("^```sh\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

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
      assertThat(process.waitFor(720, TimeUnit.SECONDS)).as("run-all ended").isTrue();
    } finally {
      process.destroyForcibly();
    }

    assertThat(Files.readString(printed)).isEqualTo(allOk());
    assertThat(process.exitValue()).isZero();
  }

  @Test
  void theFirstJobThatTheStartPrintsGivesTheSquares() throws Exception {
    // A path that a shell would take apart.
    RunningService service = services.start(folder.resolve("it's my data"));
    Matcher printed = FIRST_JOB.matcher(service.log());
    Wait.untilSeen("the first job is printed", () -> printed.reset(service.log()).find());
    Path answer = folder.resolve("answer");

    Process shell =
        new ProcessBuilder("bash", "-c", printed.group())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(answer.toFile())
            .start();
    try {
      assertThat(shell.waitFor(240, TimeUnit.SECONDS)).as("the command ended").isTrue();
    } finally {
      shell.destroyForcibly();
    }

    assertThat(Files.readString(answer)).isEqualTo("[1,4,9,16,25]");
  }

  /// In one shell and in their order, as a newcomer pastes them.
  @Test
  void theRequestsOfTheReadmeWorkAsTheyArePrinted() throws Exception {
    RunningService service = services.start(folder.resolve("data"));
    List<String> commands = requestsOfTheReadme();
    assertThat(commands).hasSizeGreaterThan(5);
    Path script =
        Files.writeString(
            folder.resolve("pasted"),
            "set -eu\n"
                + String.join("", commands)
                    .replace("http://127.0.0.1:8080", service.url())
                    .replace("data/admin.key", service.keyFile().toString()));
    Path printed = folder.resolve("printed");

    Process shell =
        new ProcessBuilder("bash", script.toString())
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start();
    try {
      assertThat(shell.waitFor(480, TimeUnit.SECONDS)).as("the commands ended").isTrue();
    } finally {
      shell.destroyForcibly();
    }

    String answers = Files.readString(printed);
    assertThat(shell.exitValue()).as(answers).isZero();
    assertThat(answers)
        .doesNotContain("/problems/")
        .contains("\"customId\":\"hamlet\",\"status\":\"succeeded\",\"value\":4,")
        .contains("{\"name\":\"db\",\"permits\":4,\"rate\":\"100/s\",\"inUse\":0,")
        .contains("[true,true]")
        .contains("\"total\":1000000,")
        .contains("{\"end\":true,\"state\":\"succeeded\",\"counts\":{\"total\":2,")
        .contains("\"sandbox\":{\"level\":\"hardened\"");
  }

  /// Of one machine, and without the one that goes to a server that is not there.
  private static List<String> requestsOfTheReadme() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    int many = readme.indexOf("\n## Past one machine\n");
    assertThat(many).isPositive();
    return PASTED
        .matcher(
            readme.substring(0, many) + readme.substring(readme.indexOf("\n## What it promises")))
        .results()
        .map(block -> block.group(1))
        .filter(block -> block.contains("admin.key") || block.contains("curl "))
        .filter(block -> !block.contains("api.example.com"))
        .toList();
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
