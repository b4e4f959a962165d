package dev.manyhands.pool;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/// The Python package that worker processes run, as it is packed into the jar.
final class WorkerCode {
  private static final String PACKAGE = "manyhands_worker";

  /// Its files; a jar cannot be asked for them.
  static final List<String> FILES =
      List.of(
          "__init__.py",
          "__main__.py",
          "asks.py",
          "channel.py",
          "commands.py",
          "failures.py",
          "frames.py",
          "functions.py",
          "home.py",
          "keeper.py",
          "kernel.py",
          "landlock.py",
          "limits.py",
          "memory.py",
          "output.py",
          "probe.py",
          "program.py",
          "report.py",
          "sandbox.py",
          "seccomp.py",
          "tree.py",
          "values.py",
          "worker.py");

  private WorkerCode() {}

  /// Writes the package into the folder. Python keeps beside it what it compiled, so that only the
  /// first worker process of a pool has to.
  ///
  /// @return what to start Python with
  static Path writeInto(Path folder) throws IOException {
    Path to = PrivateFolder.create(folder.resolve(PACKAGE));
    for (String file : FILES) {
      try (InputStream source = WorkerCode.class.getResourceAsStream("/" + PACKAGE + "/" + file)) {
        if (source == null) {
          throw new IOException("the jar lacks " + PACKAGE + "/" + file);
        }
        PrivateFolder.write(to.resolve(file), source);
      }
    }
    return to;
  }
}
