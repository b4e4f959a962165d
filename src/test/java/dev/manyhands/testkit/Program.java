package dev.manyhands.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// What a service is started from.
///
/// @param below what starts the JVM: a program and its arguments; empty: it is started itself
/// @param flags of the JVM
/// @param what a jar or a main class, as the JVM wants it named
public record Program(List<String> below, List<String> flags, List<String> what) {
  public Program {
    below = List.copyOf(below);
    flags = List.copyOf(flags);
    what = List.copyOf(what);
  }

  /// What a service needs that lives for seconds: compiled well, a start costs nearly twice as much
  /// of a core. In its container it is.
  private static final String IN_A_HURRY = "-XX:TieredStopAtLevel=1";

  /// The jar, installed, and the flags of the build: system properties `service.jar` and
  /// `service.jvmArguments`.
  public static Program packaged() {
    Installed service = Installed.service();
    List<String> flags = new ArrayList<>(givenFlags());
    flags.add(IN_A_HURRY);
    flags.add("-XX:AOTCache=" + service.cache());
    return new Program(List.of(), flags, List.of("-jar", service.jar().toString()));
  }

  /// The same without any rights, as it should run: root is not held to a number of processes, nor
  /// to the modes of files.
  ///
  /// @param user its number; whoever is not root starts it as himself
  public Program as(int user) {
    return new Program(
        List.of(
            "setpriv",
            "--reuid=" + user,
            "--regid=" + user,
            "--clear-groups",
            "--no-new-privs",
            "--inh-caps=-all"),
        flags,
        what);
  }

  /// The same with another heap.
  ///
  /// @param most such as `128m`
  public Program withHeap(String most) {
    List<String> more = new ArrayList<>(flags);
    more.add("-Xmx" + most);
    return new Program(below, more, what);
  }

  /// A main class among the tests.
  ///
  /// @param properties such as `name=value`
  public static Program main(Class<?> main, String... properties) {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", IN_A_HURRY, "-Xmx512m"));
    for (String property : properties) {
      flags.add("-D" + property);
    }
    String path = System.getProperty("java.class.path");
    if (System.getProperty("service.jar") != null) {
      flags.add("-XX:AOTCache=" + Installed.service().cache());
      path = Installed.service().withTests();
    }
    return new Program(List.of(), flags, List.of("-cp", path, main.getName()));
  }

  static List<String> givenFlags() {
    return List.of(given("service.jvmArguments").split(" "));
  }

  static String given(String property) {
    return Objects.requireNonNull(
        System.getProperty(property),
        () -> property + " is not set: run this test by ./mvnw verify");
  }
}
