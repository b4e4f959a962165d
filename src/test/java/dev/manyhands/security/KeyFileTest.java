package dev.manyhands.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileTest {
  @TempDir Path folder;

  @Test
  void theFirstStartMakesAKeyThatOnlyItsOwnerCanRead() throws IOException {
    Path data = folder.resolve("new/data");

    AdminKey key = new KeyFile(data).readOrCreate();

    Path file = data.resolve("admin.key");
    assertThat(key.file()).isEqualTo(file);
    assertThat(Files.readString(file)).matches("mh_[A-Za-z0-9_-]{43}\n");
    assertThat(mode(file)).isEqualTo("rw-------");
    assertThat(mode(data)).isEqualTo("rwx------");
    assertThat(data.toFile().list()).containsExactly("admin.key");
  }

  @Test
  void laterStartsUseTheSameKey() throws IOException {
    new KeyFile(folder).readOrCreate();
    String text = Files.readString(folder.resolve("admin.key")).strip();

    AdminKey again = new KeyFile(folder).readOrCreate();

    assertThat(again.matches(text)).isTrue();
  }

  @Test
  void everyServiceHasAKeyOfItsOwn() throws IOException {
    new KeyFile(folder.resolve("a")).readOrCreate();
    new KeyFile(folder.resolve("b")).readOrCreate();

    assertThat(Files.readString(folder.resolve("a/admin.key")))
        .isNotEqualTo(Files.readString(folder.resolve("b/admin.key")));
  }

  @Test
  void onlyTheWholeKeyMatches() throws IOException {
    AdminKey key = new KeyFile(folder).readOrCreate();
    String text = Files.readString(folder.resolve("admin.key")).strip();

    assertThat(key.matches(text)).isTrue();
    assertThat(key.matches(text.substring(0, 45))).isFalse();
    assertThat(key.matches(text + "A")).isFalse();
    assertThat(key.matches("")).isFalse();
  }

  @Test
  void aKeyThatOthersCouldReadIsClosedToThem() throws IOException {
    new KeyFile(folder).readOrCreate();
    Path file = folder.resolve("admin.key");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    new KeyFile(folder).readOrCreate();

    assertThat(mode(file)).isEqualTo("rw-------");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "mh_short", "password", "mh_0123456789012345678901234567890123456789012!"})
  void aFileThatHoldsNoKeyStopsTheStart(String content) throws IOException {
    Path file = Files.writeString(folder.resolve("admin.key"), content);

    assertThatThrownBy(() -> new KeyFile(folder).readOrCreate())
        .isInstanceOf(UnsafeStart.class)
        .hasMessage(file + ": expected a key (mh_ and 43 characters), got something else");
    assertThat(file).hasContent(content);
  }

  @Test
  void aFileThatCannotBeMadeStopsTheStart() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> new KeyFile(file.resolve("data")).readOrCreate())
        .isInstanceOf(UnsafeStart.class)
        .hasMessageStartingWith(
            file.resolve("data/admin.key")
                + ": expected a file that the service's user may make, read and write, got: ");
  }

  @Test
  void severalServicesShareAGivenKeyAndLeaveItsFileAlone() throws IOException {
    String text = "mh_" + "k".repeat(43);
    Path file = Files.writeString(folder.resolve("shared"), text + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));

    AdminKey key = KeyFile.readGiven(file);

    assertThat(key.matches(text)).isTrue();
    assertThat(key.file()).isEqualTo(file);
    assertThat(mode(file)).isEqualTo("r--r--r--");
    assertThat(folder.toFile().list()).containsExactly("shared");
  }

  @Test
  void aServiceWithAGivenKeyHasItsFolderToo() throws IOException {
    Path file = Files.writeString(folder.resolve("shared"), "mh_" + "k".repeat(43));
    Path data = folder.resolve("new/data");

    new SecurityConfiguration()
        .adminKey(new SecuritySettings(data), new KeySettings(file), Reachability.LOOPBACK);

    assertThat(mode(data)).isEqualTo("rwx------");
    assertThat(data).isEmptyDirectory();
  }

  @Test
  void aFolderThatCannotBeMadeStopsTheStartAndNamesItsSetting() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> new KeyFile(file.resolve("data")).makeFolder())
        .isInstanceOf(UnsafeStart.class)
        .hasMessageStartingWith("manyhands.data: expected a folder");
  }

  @Test
  void aGivenFileThatIsNotThereOrHoldsNoKeyStopsTheStart() throws IOException {
    Path none = folder.resolve("none");
    assertThatThrownBy(() -> KeyFile.readGiven(none))
        .isInstanceOf(UnsafeStart.class)
        .hasMessageStartingWith("manyhands.security.key-file: expected a file with a key")
        .hasMessageEndingWith("got: " + none + " (it is not there)");
    assertThat(none).doesNotExist();

    Path weak = Files.writeString(folder.resolve("weak"), "password");
    assertThatThrownBy(() -> KeyFile.readGiven(weak))
        .isInstanceOf(UnsafeStart.class)
        .hasMessage(weak + ": expected a key (mh_ and 43 characters), got something else");
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
