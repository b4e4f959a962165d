package dev.manyhands.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// `mvnw` finds a JDK and a Maven. All of them are made here: a JDK is a folder with a release
/// file, a Maven a script that says how it was called. No real Maven starts, and nothing leaves the
/// machine.
@DisabledOnOs(OS.WINDOWS)
class MvnwTest {

  private static final String SAY_HOW_CALLED =
      "#!/bin/sh\necho \"$0|$JAVA_HOME|$(pwd -P)\"\nprintf '<%s>' \"$@\"\nexit 7\n";

  private static final String[] TOOLS = {
    "sh",
    "cat",
    "curl",
    "cut",
    "dirname",
    "env",
    "gzip",
    "head",
    "ls",
    "mkdir",
    "mktemp",
    "mv",
    "readlink",
    "rm",
    "sed",
    "sha512sum",
    "shasum",
    "tar",
    "tr",
    "uname",
    "wget"
  };

  @TempDir Path temp;
  private Path bin;
  private Path jdks;
  private Path project;
  private final Map<String, String> environment = new TreeMap<>();

  @BeforeEach
  void aMachineWithoutJavaAndMaven() throws IOException {
    temp = temp.toRealPath();
    project = Files.createDirectories(temp.resolve("a project"));
    Files.copy(Path.of("mvnw").toAbsolutePath(), project.resolve("mvnw"));
    makeExecutable(project.resolve("mvnw"));
    jdks = Files.createDirectories(temp.resolve("all my jdks"));
    bin = Files.createDirectories(temp.resolve("bin"));
    for (String tool : TOOLS) {
      for (String folder : List.of("/bin", "/usr/bin")) {
        Path program = Path.of(folder, tool);
        if (Files.exists(program) && !Files.exists(bin.resolve(tool))) {
          script(bin.resolve(tool), "#!/bin/sh\nexec " + program + " \"$@\"\n");
        }
      }
    }
    environment.put("PATH", bin.toString());
    environment.put("HOME", temp.resolve("my home").toString());
    environment.put("MVNW_JDKS", jdks.toString());
  }

  @Test
  void withoutJdkItSaysWhatToInstall() throws Exception {
    jdk("jdk-17", "17.0.15");
    Run run = mvnw("verify");
    assertThat(run.code).isEqualTo(1);
    assertThat(run.output)
        .contains("no JDK 25 or later was found")
        .contains("JAVA_HOME (not set)")
        .contains(jdks.toString())
        .contains("adoptium.net");
  }

  @Test
  void aJreIsNoJdk() throws Exception {
    Files.delete(jdk("jre-25", "25.0.1").resolve("bin/javac"));
    assertThat(mvnw("verify").code).isEqualTo(1);
  }

  @Test
  void javaHomeIsTakenFirst() throws Exception {
    installMaven("3.9.9");
    jdk("jdk-25", "25.0.1");
    Path home = jdk("jdk-26", "26");
    environment.put("JAVA_HOME", home.toString());
    assertThat(mvnw("verify").output).contains("|" + home + "|");
  }

  @Test
  void anOldJavaHomeGivesWayToTheLowestThatFits() throws Exception {
    installMaven("3.8.7");
    environment.put("JAVA_HOME", jdk("jdk-17", "17.0.15").toString());
    jdk("jdk-26", "26.0.1");
    Path fits = jdk("jdk-25", "25");
    assertThat(mvnw("verify").output).contains("|" + fits + "|");
  }

  @Test
  void javaOnThePathIsFoundThroughItsLink() throws Exception {
    installMaven("3.8.7");
    Path home = jdk("jdk-25", "25.0.3");
    environment.put("MVNW_JDKS", temp.resolve("none").toString());
    Files.createSymbolicLink(bin.resolve("java"), home.resolve("bin/java"));
    assertThat(mvnw("verify").output).contains("|" + home + "|");
  }

  @Test
  void argumentsFolderAndExitCodePassThrough() throws Exception {
    installMaven("3.8.7");
    jdk("jdk-25", "25.0.3");
    Run run = mvnw("-Dit=two words", "", "verify");
    assertThat(run.output).contains("|" + project + "\n").endsWith("<-Dit=two words><><verify>");
    assertThat(run.code).isEqualTo(7);
  }

  @Test
  void anOldMavenIsReplacedByOneFetchedOnce() throws Exception {
    installMaven("3.6.3");
    jdk("jdk-25", "25.0.3");
    byte[] archive = mavenArchive();
    environment.put("MVNW_MAVEN_SHA512", sha512(archive));
    List<String> asked = new ArrayList<>();
    HttpServer server = serve(archive, asked);
    try {
      Run first = mvnw("verify");
      assertThat(first.output)
          .contains("wrapper/dists/manyhands/apache-maven-")
          .contains("<verify>");
      Run second = mvnw("package");
      assertThat(second.output).contains("<package>").doesNotContain("fetching");
      assertThat(first.code).isEqualTo(7);
      assertThat(asked).hasSize(1);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void anArchiveWithAnotherChecksumIsRefused() throws Exception {
    jdk("jdk-25", "25.0.3");
    HttpServer server = serve(mavenArchive(), new ArrayList<>());
    try {
      Run run = mvnw("verify");
      assertThat(run.output).contains("expected SHA-512").doesNotContain("<verify>");
      assertThat(run.code).isEqualTo(1);
    } finally {
      server.stop(0);
    }
    try (var left = Files.walk(temp.resolve("my home"))) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void withoutAPlaceForMavenItSaysWhatToSet() throws Exception {
    jdk("jdk-25", "25.0.3");
    environment.remove("HOME");
    Run run = mvnw("verify");
    assertThat(run.code).isEqualTo(1);
    assertThat(run.output)
        .isEqualTo(
            "mvnw: Maven 3.8 or later is not installed, and neither MAVEN_USER_HOME nor HOME says"
                + " where to keep one.\n");
  }

  private Path jdk(String name, String version) throws IOException {
    Path home = jdks.resolve(name);
    script(home.resolve("bin/java"), "#!/bin/sh\necho this java must not be started\nexit 99\n");
    script(home.resolve("bin/javac"), "#!/bin/sh\necho this javac must not be started\nexit 99\n");
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  private void installMaven(String version) throws IOException {
    script(
        bin.resolve("mvn"),
        SAY_HOW_CALLED.replace(
            "#!/bin/sh\n",
            "#!/bin/sh\n[ \"$*\" = -v ] && { echo 'Apache Maven " + version + "'; exit; }\n"));
  }

  private byte[] mavenArchive() throws Exception {
    String mvnw = Files.readString(project.resolve("mvnw"));
    String version =
        mvnw.lines().filter(line -> line.startsWith("maven=")).findFirst().orElseThrow();
    String folder = "apache-maven-" + version.substring("maven=".length());
    script(temp.resolve("made").resolve(folder).resolve("bin/mvn"), SAY_HOW_CALLED);
    Path archive = temp.resolve("made.tar.gz");
    Process tar =
        new ProcessBuilder("tar", "-czf", archive.toString(), "-C", temp + "/made", folder).start();
    assertThat(tar.waitFor()).isZero();
    return Files.readAllBytes(archive);
  }

  private HttpServer serve(byte[] archive, List<String> asked) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestURI().getPath());
          exchange.sendResponseHeaders(200, archive.length);
          exchange.getResponseBody().write(archive);
          exchange.close();
        });
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/maven.tar.gz";
    environment.put("MVNW_MAVEN_URL", url);
    return server;
  }

  private Run mvnw(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(project.resolve("mvnw").toString());
    command.addAll(List.of(arguments));
    Path output = temp.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(temp.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("mvnw ends").isTrue();
    return new Run(process.exitValue(), Files.readString(output));
  }

  private static String sha512(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(bytes));
  }

  private static void script(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, text.getBytes(UTF_8));
    makeExecutable(file);
  }

  private static void makeExecutable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private record Run(int code, String output) {}
}
