package dev.manyhands.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/// The data folder, or a file in it, cannot be made, read or written.
public final class DataFolderUnusable extends RuntimeException {
  private static final long serialVersionUID = 1;

  DataFolderUnusable(Path path, IOException cause) {
    super("the data folder cannot be used: " + path + ": " + why(cause), cause);
  }

  private static String why(IOException cause) {
    return switch (cause) {
      case AccessDeniedException denied -> "this user may not write or read " + denied.getFile();
      case FileAlreadyExistsException file -> file.getFile() + " is a file and no folder";
      case FileSystemException said when said.getReason() != null -> said.getReason();
      default -> cause.toString();
    };
  }
}
