package dev.manyhands.pool;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Folders that only the service's own user may enter, and their removal whatever tasks have put
/// into them.
final class PrivateFolder {
  static final Set<PosixFilePermission> FOLDER_PERMISSIONS =
      PosixFilePermissions.fromString("rwx------");

  private static final FileAttribute<?> FOLDER_MODE =
      PosixFilePermissions.asFileAttribute(FOLDER_PERMISSIONS);
  private static final FileAttribute<?> FILE_MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private PrivateFolder() {}

  static Path createTemporary(Path in, String prefix) throws IOException {
    return Files.createTempDirectory(in, prefix, FOLDER_MODE);
  }

  static Path create(Path folder) throws IOException {
    return Files.createDirectory(folder, FOLDER_MODE);
  }

  static void write(Path file, InputStream from) throws IOException {
    try (FileChannel to = newFile(file)) {
      to.write(ByteBuffer.wrap(from.readAllBytes()));
    }
  }

  /// A file that is not there yet, for its owner only.
  static FileChannel newFile(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
        FILE_MODE);
  }

  /// Removes the folder with all that is in it; one that is gone is no error.
  ///
  /// Walks by open folders and follows no link, so that a task that swaps a folder for a link while
  /// this runs cannot lead it elsewhere.
  static void delete(Path folder) throws IOException {
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      if (stream instanceof SecureDirectoryStream<Path> secure) {
        empty(folder, secure);
      }
    } catch (NoSuchFileException gone) {
      return;
    }
    Files.deleteIfExists(folder);
  }

  /// Folders within it are moved to its top one by one, instead of being walked: a task may have
  /// nested them deeper than this process may have folders open.
  private static void empty(Path folder, SecureDirectoryStream<Path> top) throws IOException {
    int moved = 0;
    List<Path> left = new ArrayList<>();
    top.forEach(entry -> left.add(entry.getFileName()));
    while (!left.isEmpty()) {
      Path name = left.removeLast();
      if (!isFolder(top, name)) {
        top.deleteFile(name);
        continue;
      }
      allow(folder.resolve(name));
      try (SecureDirectoryStream<Path> inner =
          top.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
        for (Path entry : inner) {
          Path below = entry.getFileName();
          if (isFolder(inner, below)) {
            Path up = Path.of(".mh-" + System.identityHashCode(left) + "-" + moved++);
            allow(folder.resolve(name).resolve(below));
            inner.move(below, top, up);
            left.add(up);
          } else {
            inner.deleteFile(below);
          }
        }
      }
      top.deleteDirectory(name);
    }
  }

  private static boolean isFolder(SecureDirectoryStream<Path> in, Path name) throws IOException {
    return in.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes()
        .isDirectory();
  }

  /// A task may have taken its owner's rights away from a folder. By its path, since without them
  /// it cannot be opened; nobody is left who could put a link in its place.
  private static void allow(Path folder) throws IOException {
    Set<PosixFilePermission> now = Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS);
    if (!now.containsAll(FOLDER_PERMISSIONS)) {
      Files.setPosixFilePermissions(folder, FOLDER_PERMISSIONS);
    }
  }
}
