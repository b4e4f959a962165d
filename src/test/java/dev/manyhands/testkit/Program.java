package dev.manyhands.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// What a service is started from.
///
/// @param flags of the JVM
/// @param what a jar or a main class, as the JVM wants it named
public record Program(List<String> flags, List<String> what) {
  public Program {
    flags = List.copyOf(flags);
    what = List.copyOf(what);
  }

  /// The jar and the flags of the build: system properties `service.jar` and
  /// `service.jvmArguments`.
  public static Program packaged() {
    return new Program(
        List.of(given("service.jvmArguments").split(" ")), List.of("-jar", given("service.jar")));
  }

  /// A main class among the tests, compiled in a hurry, since it lives for seconds.
  ///
  /// @param properties such as `name=value`
  public static Program main(Class<?> main, String... properties) {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m"));
    for (String property : properties) {
      flags.add("-D" + property);
    }
    return new Program(
        flags, List.of("-cp", System.getProperty("java.class.path"), main.getName()));
  }

  private static String given(String property) {
    return Objects.requireNonNull(
        System.getProperty(property),
        () -> property + " is not set: run this test by ./mvnw verify");
  }
}
