package dev.manyhands.pool;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Folders that only the service's own user may enter, and their removal whatever tasks have put
/// into them.
final class PrivateFolder {
  private static final FileAttribute<?> FOLDER_MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<?> FILE_MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private PrivateFolder() {}

  static Path createTemporary(String prefix) throws IOException {
    return Files.createTempDirectory(prefix, FOLDER_MODE).toRealPath();
  }

  static Path create(Path folder) throws IOException {
    return Files.createDirectory(folder, FOLDER_MODE);
  }

  static void write(Path file, InputStream from) throws IOException {
    try (var to =
        Files.newByteChannel(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), FILE_MODE)) {
      to.write(java.nio.ByteBuffer.wrap(from.readAllBytes()));
    }
  }

  /// Removes the folder with all that is in it; one that is gone is no error.
  ///
  /// Walks by open folders and follows no link, so that a task that swaps a folder for a link while
  /// this runs cannot lead it elsewhere.
  static void delete(Path folder) throws IOException {
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      if (stream instanceof SecureDirectoryStream<Path> secure) {
        empty(secure);
      }
    } catch (NoSuchFileException gone) {
      return;
    }
    Files.deleteIfExists(folder);
  }

  private static void empty(SecureDirectoryStream<Path> folder) throws IOException {
    for (Path entry : folder) {
      Path name = entry.getFileName();
      boolean isFolder =
          folder
              .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
              .readAttributes()
              .isDirectory();
      if (isFolder) {
        try (SecureDirectoryStream<Path> inner =
            folder.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
          empty(inner);
        }
        folder.deleteDirectory(name);
      } else {
        folder.deleteFile(name);
      }
    }
  }
}
