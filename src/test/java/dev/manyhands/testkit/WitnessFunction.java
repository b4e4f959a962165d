package dev.manyhands.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.manyhands.pool.TaskFunction;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// The function `witnessed` in Java, for a service that has the tests on its class path: as
/// [Witness] says, and as fast as a task can be. Of its input it leaves out what follows a `#`.
public final class WitnessFunction implements TaskFunction<String, List<String>> {
  /// No channel, since the interrupt of one cancelled task would close that for all tasks.
  private final OutputStream file;

  public WitnessFunction(Path file) throws IOException {
    this.file = new FileOutputStream(file.toFile(), true);
  }

  @Override
  public String name() {
    return "witnessed";
  }

  @Override
  public String description() {
    return "Testifies that it ran.";
  }

  @Override
  public Class<String> inputType() {
    return String.class;
  }

  @Override
  public List<String> apply(String input) throws IOException {
    String task = input.split("#", 2)[0];
    String nonce = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    String line = task + " " + ProcessHandle.current().pid() + " " + nonce + "\n";
    file.write(line.getBytes(UTF_8));
    int slash = task.lastIndexOf('/');
    return List.of(
        Witness.value(task.substring(0, slash), Integer.parseInt(task.substring(slash + 1))),
        nonce);
  }
}
