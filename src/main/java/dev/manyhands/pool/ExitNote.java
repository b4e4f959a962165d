package dev.manyhands.pool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What a keeper leaves behind for the service when it ends: the most memory that its worker, or
/// one process below it, ever had. It makes the file only then and in a folder that tasks behind
/// walls cannot write to; without walls it is a claim like all that such a task can reach.
final class ExitNote {
  private static final int MAX_BYTES = 20;

  private final Path file;

  ExitNote(Path file) {
    this.file = file;
  }

  /// The note beside the cell of a worker.
  static ExitNote beside(Path cell) {
    return new ExitNote(cell.resolveSibling(cell.getFileName() + ".end"));
  }

  /// None if the keeper could not write it, or has not ended by itself.
  @Nullable Long peakMemoryBytes() {
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MAX_BYTES) {
        return null;
      }
      long peak = Long.parseLong(new String(Files.readAllBytes(file), StandardCharsets.US_ASCII));
      return peak > 0 ? peak : null;
    } catch (IOException | NumberFormatException unreadable) {
      return null;
    }
  }

  void delete() throws IOException {
    Files.deleteIfExists(file);
  }
}
