package dev.manyhands.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the repository has of Python runs on the oldest one that is promised, 3.9, as far as a
/// parser and a list of what came later can tell.
class OldestPythonTest {
  @TempDir Path folder;

  @Test
  void nothingNeedsALaterPython() throws Exception {
    List<Path> files = new ArrayList<>();
    for (String shipped :
        List.of("src/main/python", "src/examples", "src/bench", "src/container")) {
      try (Stream<Path> found = Files.walk(Path.of(shipped))) {
        found.filter(Files::isRegularFile).filter(OldestPythonTest::isCode).forEach(files::add);
      }
    }
    assertThat(files)
        .contains(
            Path.of("src/main/python/manyhands_worker/worker.py"),
            Path.of("src/examples/thumbnails/run"),
            Path.of("src/container/healthcheck"));

    assertThat(finds(files)).matches("read [1-9][0-9]+ pieces of Python\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "match 1:\n  case 1: pass\n",
        "try: pass\nexcept* OSError: pass\n",
        "list(zip([], [], strict=True))\n",
        "import tomllib\n",
        "from itertools import pairwise\n",
        "import datetime\nprint(datetime.UTC)\n",
        "def f(x: int | None): pass\n",
        "import traceback\ntry: pass\nexcept OSError as e: traceback.print_exception(e)\n",
        "#!/bin/sh\npython3 -c '\nzip([], strict=True)\n'\n",
        "#!/usr/bin/env bash\npython3 - <<'PYTHON' | cat\nzip([], strict=True)\nPYTHON\n",
        "#!/usr/bin/env bash\ncurl -d '{\"source\": \"def f(n):\\n    return n.bit_count()\"}'\n"
      })
  void whatNeedsALaterPythonIsFound(String code) throws Exception {
    Path file = Files.writeString(folder.resolve("file"), code);

    assertThat(finds(List.of(file))).startsWith(file + ":").endsWith("\nread 1 pieces of Python\n");
  }

  private static boolean isCode(Path file) {
    try {
      if (file.toString().endsWith(".py")) {
        return true;
      }
      byte[] start;
      try (var bytes = Files.newInputStream(file)) {
        start = bytes.readNBytes(2);
      }
      return start.length == 2 && start[0] == '#' && start[1] == '!';
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String finds(List<Path> files) throws Exception {
    List<String> command = new ArrayList<>(List.of("python3", "src/test/python/later_python.py"));
    files.forEach(file -> command.add(file.toString()));
    Path printed = folder.resolve("printed");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
    return Files.readString(printed);
  }
}
