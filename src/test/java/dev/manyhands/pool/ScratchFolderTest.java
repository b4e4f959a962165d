package dev.manyhands.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a service that was killed left behind goes at the next start, and nothing else does.
class ScratchFolderTest {
  @TempDir Path temporary;

  @Test
  void theFolderOfAServiceThatWasKilledGoesAtTheNextStart() throws Exception {
    Process service =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                temporary.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Path held = Path.of(service.inputReader().readLine());

    removeAbandoned();
    assertThat(held).as("of a service that lives").exists();

    service.destroyForcibly();
    assertThat(service.waitFor(60, TimeUnit.SECONDS)).isTrue();
    removeAbandoned();
    assertThat(held).doesNotExist();
  }

  @Test
  void theFolderOfThisProcessStaysAndIsStillLocked() throws Exception {
    try (ScratchFolder own = ScratchFolder.createIn(temporary)) {
      removeAbandoned();
      assertThat(own.path()).exists();
    }
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void linksAndFoldersOfOthersStay(@TempDir Path elsewhere) throws Exception {
    Files.writeString(elsewhere.resolve("lock"), "");
    Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rwx------"));
    Path link = Files.createSymbolicLink(temporary.resolve("mh-link"), elsewhere);
    Path open = Files.createDirectory(temporary.resolve("mh-open"));
    Files.writeString(open.resolve("lock"), "");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwx---"));
    Path unlocked = PrivateFolder.create(temporary.resolve("mh-unlocked"));

    removeAbandoned();

    assertThat(link).exists();
    assertThat(elsewhere.resolve("lock")).exists();
    assertThat(open).exists();
    assertThat(unlocked).exists();
  }

  private void removeAbandoned() throws Exception {
    ScratchFolder.removeAbandoned(temporary, Files.getOwner(temporary));
  }

  /// A service of its own that holds a folder until it is killed.
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws Exception {
      ScratchFolder folder = ScratchFolder.createIn(Path.of(arguments[0]));
      System.out.println(folder.path());
      Thread.currentThread().join();
    }
  }
}
