package dev.manyhands.pool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The Python that worker processes run, or why there is none.
public sealed interface Python {
  /// @param executable its absolute path, past wrapper scripts
  /// @param version such as `3.11.7`
  /// @param path folders with modules that functions may name
  record Found(Path executable, String version, List<Path> path) implements Python {
    public Found {
      path = List.copyOf(path);
    }

    Found(Path executable, String version) {
      this(executable, version, List.of());
    }

    /// The same with other folders of modules.
    Found with(List<Path> folders) {
      return new Found(executable, version, folders);
    }
  }

  /// @param reason a sentence for people: what was tried, and what came
  /// @param commands why commands cannot run either; none if they can
  record Missing(String reason, @Nullable String commands) implements Python {
    Missing(String reason) {
      this(reason, null);
    }

    /// Where the sandbox is wanted, which Python builds.
    Missing withoutWalls() {
      return new Missing(
          reason,
          "commands need a Python for their sandbox, or manyhands.sandbox.level=none; " + reason);
    }
  }

  /// An answer takes a moment, or many seconds on a machine where everything starts at once. A
  /// service without one fails every Python task until its next start, which is worse than a late
  /// start.
  Duration PATIENCE = Duration.ofMinutes(1);

  /// Asks the executable who it is: a path, or a name to be looked up in `PATH`. Takes as long as
  /// [#PATIENCE] at most.
  static Python find(String executable) {
    return find(executable, PATIENCE);
  }

  /// @param patience as [#PATIENCE]
  static Python find(String executable, Duration patience) {
    try {
      return ask(executable, patience);
    } catch (IOException e) {
      return new Missing(
          "expected a Python 3.9 or later at " + executable + ", got: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Missing("interrupted while asking " + executable + " for its version");
    }
  }

  private static Python ask(String executable, Duration patience)
      throws IOException, InterruptedException {
    String question =
        "import sys; print(sys.executable, '%d.%d.%d' % sys.version_info[:3], sep='\\n')";
    Process process =
        new ProcessBuilder(executable, "-I", "-c", question)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    if (!process.waitFor(patience)) {
      process.destroyForcibly();
      return new Missing(
          "expected a Python 3.9 or later at " + executable + ", got no answer within " + patience);
    }
    byte[] answer = process.getInputStream().readNBytes(4096);
    return read(executable, new String(answer, StandardCharsets.UTF_8));
  }

  private static Python read(String executable, String answer) {
    Matcher lines = Pattern.compile("(/[^\n]+)\n3\\.(\\d+)\\.\\d+\n").matcher(answer);
    if (!lines.matches() || Integer.parseInt(lines.group(2)) < 9) {
      return new Missing(
          "expected a Python 3.9 or later at "
              + executable
              + ", got: "
              + answer.strip().replaceAll("\\s*\n\\s*", " "));
    }
    String[] parts = answer.split("\n", -1);
    return new Found(Path.of(parts[0]), parts[1]);
  }
}
