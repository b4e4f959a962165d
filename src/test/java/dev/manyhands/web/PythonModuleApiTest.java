package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Modules on the configured path and beside it, as tasks of the service meet them behind its
/// walls.
class PythonModuleApiTest {
  private static final String MODULE =
      """
      def lazily(n):
          import mh_beside
          return mh_beside.twice(n)
      def outside(folder):
          import sys
          sys.path.append(folder)
          import mh_outside
          return mh_outside.thrice(2)
      """;

  @TempDir Path folder;

  @Test
  void whatIsOnThePathCanBeImportedAndWhatIsNotCannot() throws Exception {
    try (Api api = service("hardened")) {
      assertThat(value(api, "mh_inside", "lazily", "21")).isEqualTo("42");

      JsonNode unknown = task(api, "mh_outside", "thrice", "2");
      assertThat(unknown.at("/error/message").stringValue())
          .isEqualTo("no module 'mh_outside' in the folders of manyhands.python.path");

      JsonNode hidden = task(api, "mh_inside", "outside", outside());
      assertThat(hidden.at("/error/type").stringValue())
          .isIn("ModuleNotFoundError", "PermissionError");
    }
  }

  /// The deed that the walls refuse is one that can be done.
  @Test
  void withoutWallsTaskCodeImportsWhatItFinds() throws Exception {
    try (Api api = service("none")) {
      assertThat(value(api, "mh_inside", "outside", outside())).isEqualTo("6");
    }
  }

  private Api service(String level) throws Exception {
    Path inside = Files.createDirectory(folder.resolve("inside"));
    Files.writeString(inside.resolve("mh_inside.py"), MODULE);
    Files.writeString(inside.resolve("mh_beside.py"), "def twice(n): return 2 * n\n");
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(outside.resolve("mh_outside.py"), "def thrice(n): return 3 * n\n");
    return new Api("--manyhands.sandbox.level=" + level, "--manyhands.python.path=" + inside);
  }

  private String outside() {
    return "\"" + folder.resolve("outside") + "\"";
  }

  private static String value(Api api, String module, String name, String input) throws Exception {
    JsonNode task = task(api, module, name, input);
    assertThat(task.get("status").stringValue()).as(task.toString()).isEqualTo("succeeded");
    return task.get("value").toString();
  }

  private static JsonNode task(Api api, String module, String name, String input) throws Exception {
    String job =
        api.submit(
            """
            {"function": {"type": "python", "module": "MODULE", "name": "NAME"}, "inputs": [INPUT]}
            """
                .replace("MODULE", module)
                .replace("NAME", name)
                .replace("INPUT", input));
    api.ended(job);
    return Api.json(api.get(job + "/tasks/0"));
  }
}
