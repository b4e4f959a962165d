package dev.manyhands.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file to which tasks testify that they ran: one line with the task's index, appended by a
/// single write, so that it is there whole or not at all, whatever is killed.
public record Witness(Path file) {

  /// Python source of a function `witnessed` that writes its input into the file, works for about a
  /// millisecond, and returns the input's SHA-256 in hex.
  public String source() {
    return """
    import hashlib, os, time

    WITNESS = os.open(%s, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def witnessed(n):
        os.write(WITNESS, b"%%d\\n" %% n)
        end = time.perf_counter() + 0.001
        while time.perf_counter() < end:
            pass
        return hashlib.sha256(b"%%d" %% n).hexdigest()
    """
        .formatted("'" + file.toString().replace("\\", "\\\\").replace("'", "\\'") + "'");
  }

  /// How often each of the tasks 0 to `tasks - 1` has started so far.
  public int[] starts(int tasks) throws IOException {
    int[] starts = new int[tasks];
    for (String line : Files.readAllLines(file)) {
      starts[Integer.parseInt(line)]++;
    }
    return starts;
  }
}
