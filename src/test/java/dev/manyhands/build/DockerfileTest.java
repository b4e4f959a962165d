package dev.manyhands.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The image is what the rest of the repository says of the service.
class DockerfileTest {
  private static final Pattern FLAGS =
      Pattern.compile("<service.jvmArguments>(.*)</service.jvmArguments>");
  private static final Pattern COPIED =
      Pattern.compile("^COPY (?!--from)(.*) \\./$", Pattern.MULTILINE);

  private final String dockerfile = Files.readString(Path.of("Dockerfile"));

  DockerfileTest() throws IOException {}

  @Test
  void theImageStartsWithTheFlagsOfTheBuild() throws IOException {
    Matcher flags = FLAGS.matcher(Files.readString(Path.of("pom.xml")));
    assertThat(flags.find()).isTrue();
    List<String> expected = List.of(flags.group(1).split(" "));

    List<String> given = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("src/container/jvm.options"))) {
      if (!line.startsWith("#") && !line.startsWith("-Dorg.sqlite.")) {
        given.add(line);
      }
    }
    Matcher heap = Pattern.compile("JDK_JAVA_OPTIONS=(\\S+)").matcher(dockerfile);
    assertThat(heap.find()).isTrue();
    given.add(heap.group(1));

    assertThat(given).containsExactlyElementsOf(expected);
  }

  @Test
  void theServiceHasNoRightsAndSaysSoByNumber() {
    assertThat(dockerfile.lines().filter(line -> line.startsWith("USER ")))
        .containsExactly("USER 10001:10001");
  }

  /// The classic builder, which many machines have, knows none of it.
  @Test
  void nothingNeedsBuildKit() {
    assertThat(dockerfile)
        .doesNotContain("--mount", "--chmod", "--link", "<<", "# syntax")
        .doesNotContain("localhost", "http://", "https://");
  }

  @Test
  void whatIsCopiedIsInTheContext() throws IOException {
    List<String> context = Files.readAllLines(Path.of(".dockerignore"));
    Matcher copied = COPIED.matcher(dockerfile);
    assertThat(copied.find()).isTrue();
    for (String file : copied.group(1).split(" ", -1)) {
      assertThat(Path.of(file)).exists();
      assertThat(context).contains("!" + file);
    }
  }
}
