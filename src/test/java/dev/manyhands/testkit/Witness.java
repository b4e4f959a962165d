package dev.manyhands.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// A file to which tasks testify that they ran: one line a start, appended by a single write, so
/// that it is there whole or not at all, whatever is killed.
///
/// The input of such a task names it, `key/index`; its value is the SHA-256 of that name in hex,
/// and the nonce of the run that it comes from.
public record Witness(Path file) {

  /// A task began to run.
  ///
  /// @param nonce of this run alone
  public record Start(String key, int index, long pid, String nonce) {
    static Start parse(String line) {
      String[] words = line.split(" ", -1);
      int slash = words[0].lastIndexOf('/');
      return new Start(
          words[0].substring(0, slash),
          Integer.parseInt(words[0].substring(slash + 1)),
          Long.parseLong(words[1]),
          words[2]);
    }
  }

  /// Python source of a function `witnessed` that testifies and works for about a millisecond.
  public String source() {
    return """
    import hashlib, os, time

    WITNESS = os.open(%s, os.O_WRONLY | os.O_APPEND)

    def witnessed(task):
        nonce = os.urandom(8).hex()
        os.write(WITNESS, f"{task} {os.getpid()} {nonce}\\n".encode())
        end = time.perf_counter() + 0.001
        while time.perf_counter() < end:
            pass
        return [hashlib.sha256(task.encode()).hexdigest(), nonce]
    """
        .formatted("'" + file.toString().replace("\\", "\\\\").replace("'", "\\'") + "'");
  }

  /// The input of a task.
  public static String input(String key, int index) {
    return key + "/" + index;
  }

  /// The right value of a task, without its nonce.
  public static String value(String key, int index) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(input(key, index).getBytes(UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// All starts so far, in order.
  public List<Start> starts() throws IOException {
    return Files.readAllLines(file).stream().map(Start::parse).toList();
  }
}
