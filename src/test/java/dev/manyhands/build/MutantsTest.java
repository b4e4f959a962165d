package dev.manyhands.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The ways to break the code that `src/test/mutants/run` shows to be noticed: each still fits the
/// code, and the tests that are to notice it are there. That they do is for the command to show,
/// since it compiles and runs them with each mutant.
class MutantsTest {
  private static final Path MUTANTS = Path.of("src/test/mutants");
  private static final Pattern TEST = Pattern.compile("(?m)^Test: (\\w+)#(\\w+)$");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z-]+)` \\| .+ \\| `(.+)` \\|$");

  static List<Path> patches() throws IOException {
    try (Stream<Path> files = Files.list(MUTANTS)) {
      return files.filter(file -> file.toString().endsWith(".patch")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("patches")
  void itFitsTheCodeAndItsTestsAreThere(Path patch) throws Exception {
    List<MatchResult> tests = tests(patch);
    assertThat(tests).isNotEmpty();
    for (MatchResult test : tests) {
      assertThat(source(test.group(1))).contains(" " + test.group(2) + "(");
    }

    assertThat(complaint("git", "apply", "--check", patch.toString())).isEmpty();
  }

  @Test
  void theTableNamesThemAll() throws IOException {
    List<String> rows =
        ROW.matcher(Files.readString(Path.of("CONTRIBUTING.md")))
            .results()
            .map(row -> row.group(1) + " " + row.group(2).replace("`", ""))
            .toList();
    List<String> patches =
        patches().stream().map(patch -> name(patch) + " " + named(patch)).toList();

    assertThat(rows).containsExactlyElementsOf(patches);
  }

  private static String complaint(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() == 0 ? "" : said;
  }

  private static String name(Path patch) {
    return patch.getFileName().toString().replace(".patch", "");
  }

  private static String named(Path patch) {
    return tests(patch).stream()
        .map(test -> test.group(1) + "#" + test.group(2))
        .collect(Collectors.joining(", "));
  }

  private static List<MatchResult> tests(Path patch) {
    try {
      return TEST.matcher(Files.readString(patch)).results().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The class with those that it extends, as far as they are tests.
  private static String source(String className) throws IOException {
    try (Stream<Path> all = Files.walk(Path.of("src/test/java"))) {
      Path file = all.filter(one -> one.endsWith(className + ".java")).findFirst().orElseThrow();
      String text = Files.readString(file);
      MatchResult parent =
          Pattern.compile("class " + className + " extends (\\w+)")
              .matcher(text)
              .results()
              .findFirst()
              .orElse(null);
      return parent == null ? text : text + source(parent.group(1));
    }
  }
}
