package dev.manyhands.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The folder of the service's files, held by one process at a time: an exclusive lock on its file
/// `lock`, until closed or the process ends in any way.
final class DataFolder implements AutoCloseable {
  private final Path folder;
  private final FileChannel lockFile;

  private DataFolder(Path folder, FileChannel lockFile) {
    this.folder = folder;
    this.lockFile = lockFile;
  }

  /// Creates the folder, readable by its owner only, if it is not there.
  ///
  /// @throws DataFolderInUse if a process, this one or another, holds it
  /// @throws DataFolderUnusable if it cannot be made, or this user may not write in it
  static DataFolder take(Path folder) {
    try {
      Files.createDirectories(folder, ownerOnly("rwx------"));
      FileChannel channel = open(folder.resolve("lock"));
      if (tryLock(channel) == null) {
        channel.close();
        throw new DataFolderInUse(folder);
      }
      return new DataFolder(folder, channel);
    } catch (IOException e) {
      throw new DataFolderUnusable(folder, e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException heldInThisProcess) {
      return null;
    }
  }

  /// Opens a file, which is its owner's only from its first moment.
  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), ownerOnly("rw-------"));
  }

  private static FileAttribute<?>[] ownerOnly(String mode) {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
        }
        : new FileAttribute<?>[0];
  }

  /// A file of the folder, made if it is not there; SQLite gives its side files the same mode.
  Path file(String name) {
    Path file = folder.resolve(name);
    try {
      open(file).close();
    } catch (IOException e) {
      throw new DataFolderUnusable(file, e);
    }
    return file;
  }

  /// Lets another process have it.
  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the lock of " + folder + " cannot be closed: " + e, e);
    }
  }
}
