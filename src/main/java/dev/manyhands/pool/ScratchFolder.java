package dev.manyhands.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A folder `mh-…` of a pool in the system's temporary folder, with a lock file in it that is held
/// as long as the service lives. So the next start can tell the folders of a service that was
/// killed, and removes them.
final class ScratchFolder implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ScratchFolder.class);

  // Short: the path of a socket in it has 107 characters at most.
  private static final String PREFIX = "mh-";
  private static final String UNLOCKED_PREFIX = "mhnew-";
  private static final String LOCK = "lock";

  /// Those of this process: to open and close their lock files once more would release the locks.
  @GuardedBy("ScratchFolder.class")
  private static final Set<Path> OWN = new HashSet<>();

  private final Path path;
  private final FileChannel lock;

  private ScratchFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /// Makes a folder, and removes those that no living service holds.
  static ScratchFolder create() throws IOException {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir")).toRealPath();
    ScratchFolder folder = createIn(temporary);
    removeAbandoned(temporary, Files.getOwner(folder.path));
    return folder;
  }

  static synchronized ScratchFolder createIn(Path temporary) throws IOException {
    // Under another name until the lock is held, lest a second service takes it for abandoned.
    Path unlocked = PrivateFolder.createTemporary(temporary, UNLOCKED_PREFIX);
    FileChannel lock = PrivateFolder.newFile(unlocked.resolve(LOCK));
    if (lock.tryLock() == null) {
      throw new IOException("the new file " + unlocked.resolve(LOCK) + " is locked by another");
    }
    String random = unlocked.getFileName().toString().substring(UNLOCKED_PREFIX.length());
    Path path = Files.move(unlocked, temporary.resolve(PREFIX + random));
    OWN.add(path);
    return new ScratchFolder(path, lock);
  }

  /// Removes every folder of a service of the user that does not live any more.
  static synchronized void removeAbandoned(Path temporary, UserPrincipal user) {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(temporary, PREFIX + "*")) {
      for (Path folder : folders) {
        removeIfAbandoned(folder, user);
      }
    } catch (IOException e) {
      log.warn("abandoned folders in {} cannot be looked for: {}", temporary, e.toString());
    }
  }

  @GuardedBy("ScratchFolder.class")
  private static void removeIfAbandoned(Path folder, UserPrincipal user) {
    if (OWN.contains(folder)) {
      return;
    }
    try {
      if (!belongsTo(user, folder)) {
        return;
      }
      try (FileChannel lock =
              FileChannel.open(
                  folder.resolve(LOCK), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
          @Nullable FileLock held = lock.tryLock()) {
        if (held == null) {
          return;
        }
        PrivateFolder.delete(folder);
        log.info("removed {}, which a service that was killed left behind", folder);
      }
    } catch (IOException e) {
      log.debug("the folder {} is left alone: {}", folder, e.toString());
    }
  }

  /// Whether it is a folder, no link, that only the user may enter.
  private static boolean belongsTo(UserPrincipal user, Path folder) throws IOException {
    PosixFileAttributes found =
        Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    return found.isDirectory()
        && found.permissions().equals(PrivateFolder.FOLDER_PERMISSIONS)
        && found.owner().equals(user);
  }

  Path path() {
    return path;
  }

  /// Removes it with all that is in it.
  @Override
  public void close() throws IOException {
    try {
      PrivateFolder.delete(path);
    } finally {
      lock.close();
      synchronized (ScratchFolder.class) {
        OWN.remove(path);
      }
    }
  }
}
