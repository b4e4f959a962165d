package dev.manyhands.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file that holds the key. Without a setting it is `admin.key` of the data folder: made by the
/// first start, reused by every later one, readable by its owner only from the moment that it
/// exists. A file that the operator gives is read and never made or changed.
final class KeyFile {
  private static final Logger log = LoggerFactory.getLogger(KeyFile.class);
  private static final Set<PosixFilePermission> OWNER_ONLY = fromString("rw-------");
  private static final Set<PosixFilePermission> OWNERS_FOLDER = fromString("rwx------");
  private static final int MAX_BYTES = 1000;
  private static final String RECIPE =
      "python3 -c 'import secrets; print(\"mh_\" + secrets.token_urlsafe(32))' prints one.";

  private final Path file;

  KeyFile(Path data) {
    this.file = data.resolve("admin.key").toAbsolutePath().normalize();
  }

  /// The key of a file that the operator gives. Who may read it is the operator's matter: a secret
  /// that is mounted into a container belongs to another user and cannot be changed.
  ///
  /// @throws UnsafeStart if it cannot be read or holds no key
  static AdminKey readGiven(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    try {
      return read(absolute, "Write one there: " + RECIPE);
    } catch (IOException e) {
      throw new UnsafeStart(
          "manyhands.security.key-file: expected a file with a key that the service's user may"
              + " read, got: "
              + absolute
              + (Files.exists(absolute) ? " (it cannot be read)" : " (it is not there)"),
          "Make it so: " + RECIPE + " Or leave the setting out: the start makes a key of its own.");
    }
  }

  /// The key of the file, which is made if there is none.
  ///
  /// @throws UnsafeStart if the file holds no key, or cannot be made or read
  AdminKey readOrCreate() {
    try {
      if (Files.notExists(file)) {
        create();
      }
      closeToOthers();
      return read(file, "Put the key back, or remove the file: the next start makes a new key.");
    } catch (IOException e) {
      throw new UnsafeStart(
          file + ": expected a file that the service's user may make, read and write, got: " + e,
          "Let that user write in its folder, or set manyhands.data to one of its own.");
    }
  }

  private static AdminKey read(Path file, String cure) throws IOException {
    String text = Files.size(file) > MAX_BYTES ? "" : Files.readString(file, UTF_8).strip();
    try {
      return new AdminKey(file, text);
    } catch (IllegalArgumentException e) {
      throw new UnsafeStart(
          file + ": expected a key (mh_ and 43 characters), got something else", cure);
    }
  }

  /// The folder of the service's files, for its owner only, if it is not there. Also where the key
  /// is elsewhere: health and metrics tell of its disk.
  ///
  /// @throws UnsafeStart if it cannot be made
  void makeFolder() {
    try {
      Files.createDirectories(parent(), permissions(OWNERS_FOLDER));
    } catch (IOException e) {
      throw new UnsafeStart(
          "manyhands.data: expected a folder that the service's user may make, got: " + e,
          "Let that user write there, or set manyhands.data to a folder of its own.");
    }
  }

  /// Written beside and moved, so that no half written key is ever read.
  private void create() throws IOException {
    Files.createDirectories(parent(), permissions(OWNERS_FOLDER));
    Path part = Files.createTempFile(parent(), "admin.key.", ".part", permissions(OWNER_ONLY));
    try {
      try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
        channel.write(UTF_8.encode(AdminKey.random(new SecureRandom()) + "\n"));
        channel.force(true);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private void closeToOthers() throws IOException {
    if (isPosix() && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
      log.warn(
          "{} could be read or changed by other users of this machine: now by its owner only",
          file);
      Files.setPosixFilePermissions(file, OWNER_ONLY);
    }
  }

  private FileAttribute<?>[] permissions(Set<PosixFilePermission> permissions) {
    return isPosix()
        ? new FileAttribute<?>[] {asFileAttribute(permissions)}
        : new FileAttribute<?>[0];
  }

  private boolean isPosix() {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private Path parent() {
    Path parent = file.getParent();
    if (parent == null) {
      throw new IllegalStateException("a file has a folder: " + file);
    }
    return parent;
  }
}
