package dev.manyhands.testkit;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A small file system of its own, in memory, that a test fills to its last byte. Only root may
/// make one, and not in every container.
public final class SmallDisk implements AutoCloseable {
  private static final int PIECE = 64 << 10;

  private final Path place;
  private final Path ballast;

  private SmallDisk(Path place) {
    this.place = place;
    this.ballast = place.resolve("ballast");
  }

  /// Makes one in the place of an empty folder.
  ///
  /// @throws IOException with what the system says, if it does not let us
  public static SmallDisk mount(Path place, int megabytes)
      throws IOException, InterruptedException {
    String size = "size=%dm,mode=0700".formatted(megabytes);
    run("mount", "-t", "tmpfs", "-o", size, "manyhands-test", place.toString());
    return new SmallDisk(place);
  }

  /// Leaves no room for a single byte.
  public void fill() throws IOException {
    for (int piece = PIECE; piece > 0; piece /= 16) {
      try (OutputStream more = Files.newOutputStream(ballast, CREATE, APPEND)) {
        byte[] bytes = new byte[piece];
        while (true) {
          more.write(bytes);
        }
      } catch (IOException full) {
        if (!String.valueOf(full.getMessage()).contains("No space left")) {
          throw full;
        }
      }
    }
  }

  public void makeRoom() throws IOException {
    Files.delete(ballast);
  }

  /// Takes it away, also from a process that still uses it.
  @Override
  public void close() throws IOException {
    try {
      run("umount", "-l", place.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said.strip());
    }
  }
}
