package dev.manyhands.cluster;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file for a message that comes in pieces.
final class PieceFile {
  private PieceFile() {}

  /// In the folder of temporary files. It is gone when it is closed, and when it cannot be opened.
  static FileChannel open() throws IOException {
    return open(
        Files.createTempFile("manyhands-pieces", ""),
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        StandardOpenOption.DELETE_ON_CLOSE);
  }

  static FileChannel open(Path path, StandardOpenOption... options) throws IOException {
    try {
      return FileChannel.open(path, options);
    } catch (IOException e) {
      Files.deleteIfExists(path);
      throw e;
    }
  }
}
