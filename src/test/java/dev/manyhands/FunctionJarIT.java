package dev.manyhands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Program;
import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// A Java function of the operator's own, in a jar beside the service, as the docs have it.
class FunctionJarIT {
  private static final Pattern START =
      Pattern.compile(
          "^java <flags> -cp target/\\S+\\.jar (-D\\S+=)functions\\.jar (\\S+)$",
          Pattern.MULTILINE);

  private static final String SHOUT =
      """
      package example;

      import dev.manyhands.pool.TaskFunction;

      public final class Shout implements TaskFunction<String, String> {
        public String name() { return "shout"; }
        public String description() { return "The text in capitals."; }
        public Class<String> inputType() { return String.class; }
        public String apply(String text) { return text.toUpperCase(java.util.Locale.ROOT); }
      }
      """;

  @RegisterExtension final Services services = new Services();

  @TempDir Path folder;

  @Test
  @Timeout(180)
  void itIsListedAndRuns() throws Exception {
    Matcher start = START.matcher(Files.readString(Path.of("src/docs/operations.md")));
    assertThat(start.find()).as("the docs say how").isTrue();
    String service = Objects.requireNonNull(System.getProperty("service.jar"));
    Program program =
        new Program(
            List.of(),
            List.of("--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1"),
            List.of("-cp", service, start.group(1) + functions(), start.group(2)));

    RunningService running = services.begin(program, folder.resolve("data"));
    running.awaitReady();

    assertThat(running.get("/v1/functions").body())
        .contains("{\"name\":\"shout\",\"description\":\"The text in capitals.\"");
    assertThat(
            running
                .post(
                    "/v1/jobs?view=values",
                    "{\"function\":{\"type\":\"java\",\"name\":\"shout\"},\"inputs\":[\"a\",\"b\"]}",
                    "Prefer",
                    "wait=30")
                .body())
        .isEqualTo("[\"A\",\"B\"]");
  }

  private Path functions() throws IOException {
    Path source = Files.writeString(folder.resolve("Shout.java"), SHOUT);
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-cp", "target/classes", "-d", "" + folder, "" + source);
    assertThat(failed).isZero();
    Path jar = folder.resolve("functions.jar");
    try (JarOutputStream to = new JarOutputStream(Files.newOutputStream(jar))) {
      to.putNextEntry(new JarEntry("example/Shout.class"));
      Files.copy(folder.resolve("example/Shout.class"), to);
      to.putNextEntry(new JarEntry("META-INF/services/dev.manyhands.pool.TaskFunction"));
      to.write("example.Shout\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    return jar;
  }
}
