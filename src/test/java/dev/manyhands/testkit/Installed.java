package dev.manyhands.testkit;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.manyhands.ManyhandsApplication;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The packaged service as an operator installs it for a faster start: extracted, with an AOT cache
/// from a trial run. Made once a build, by whichever test is the first to start it; a hundred
/// starts take half the time then.
///
/// @param jar the service, beside the folder of its libraries
/// @param cache fits every class path that begins with the jar
record Installed(Path jar, Path cache) {
  private static final int PATIENCE_MINUTES = 3;

  private static final class Holder {
    static final Installed SERVICE = install();
  }

  static Installed service() {
    return Holder.SERVICE;
  }

  /// What a main class among the tests needs: the service first, then the tests and what only they
  /// use.
  String withTests() {
    try {
      Set<String> here;
      try (Stream<Path> libraries = Files.list(jar.resolveSibling("lib"))) {
        here =
            libraries.map(library -> library.getFileName().toString()).collect(Collectors.toSet());
      }
      Path classes =
          Path.of(
              ManyhandsApplication.class
                  .getProtectionDomain()
                  .getCodeSource()
                  .getLocation()
                  .toURI());
      return Stream.concat(
              Stream.of(jar),
              Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                  .map(Path::of)
                  .filter(entry -> !entry.equals(classes))
                  .filter(entry -> !here.contains(entry.getFileName().toString())))
          .map(Path::toString)
          .collect(Collectors.joining(File.pathSeparator));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Installed install() {
    Path packaged = Path.of(Program.given("service.jar"));
    try {
      Path folder =
          packaged.resolveSibling("installed-" + Files.getLastModifiedTime(packaged).toMillis());
      Path app = folder.resolve("app");
      Installed installed =
          new Installed(app.resolve(packaged.getFileName()), folder.resolve("service.aot"));
      if (!Files.exists(installed.cache())) {
        installAlone(packaged, folder, installed);
      }
      return installed;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// Tests run in several JVMs at once: the others wait for the first.
  private static void installAlone(Path packaged, Path folder, Installed installed)
      throws IOException, InterruptedException {
    Path lock = folder.resolveSibling(folder.getFileName() + ".lock");
    try (FileChannel file = FileChannel.open(lock, CREATE, WRITE);
        FileLock _ = file.lock()) {
      if (!Files.exists(installed.cache())) {
        Path app = folder.resolve("app");
        run(
            "-Djarmode=tools",
            "-jar",
            packaged.toString(),
            "extract",
            "--force",
            "--destination",
            app.toString());
        List<String> trial = new ArrayList<>();
        trial.add("-XX:AOTCacheOutput=" + installed.cache());
        trial.addAll(Program.givenFlags());
        trial.addAll(
            List.of("-Dspring.context.exit=onRefresh", "-jar", installed.jar().toString()));
        trial.addAll(List.of("--server.port=0", "--manyhands.data=" + folder.resolve("trial")));
        run(trial.toArray(String[]::new));
      }
    }
  }

  private static void run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(arguments));
    Path log = Files.createTempFile("installed", ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    boolean ended = process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
    process.destroyForcibly();
    if (!ended || process.exitValue() != 0) {
      throw new IllegalStateException(command + " did not end well: " + Files.readString(log));
    }
    Files.delete(log);
  }
}
