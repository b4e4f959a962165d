package dev.manyhands.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Function;
import dev.manyhands.job.TaskError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Functions of modules in the folders that the service was given.
@Timeout(180)
class PythonModuleTest {
  @TempDir private Path folder;

  private PoolUnderTest pool;

  @BeforeEach
  void open() throws IOException {
    Files.createDirectories(folder.resolve("mh_tools"));
    Files.writeString(folder.resolve("mh_base.py"), "STEP = 10\n");
    Files.writeString(
        folder.resolve("mh_tools").resolve("text.py"),
        """
        from mh_base import STEP
        ready = 0
        def setup():
            global ready
            ready = STEP
        def add(a, b):
            return a + b + ready
        def fail(n):
            raise ValueError(n)
        """);
    Files.writeString(folder.resolve("json.py"), "def dumps(x): return 'shadow'\n");
    pool =
        new PoolUnderTest(1, PoolUnderTest.python().with(List.of(folder)), PoolUnderTest.PATIENT);
  }

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void aFunctionOfAModuleRunsWithItsSetupAndTheModulesBesideIt() throws Exception {
    HeardSink sink =
        pool.run(new Function.PythonModule("mh_tools.text", "add", "setup", true), "[1,2]");

    assertThat(sink.values).containsEntry(0, "13");
  }

  @Test
  void aTracebackShowsTheLinesOfTheModule() throws Exception {
    TaskError error =
        pool.run(new Function.PythonModule("mh_tools.text", "fail", null, false), "1").error(0);

    assertThat(error.type()).isEqualTo("ValueError");
    assertThat(error.traceback()).contains("text.py").contains("raise ValueError(n)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          os            | getcwd | ModuleNotFoundError | no module 'os' in the folders of manyhands.python.path
          json          | dumps  | ImportError         | expected a module in the folders of manyhands.python.path, got another 'json'
          mh_none       | f      | ModuleNotFoundError | no module 'mh_none' in the folders of manyhands.python.path
          mh_tools.none | f      | ModuleNotFoundError | No module named 'mh_tools.none'
          mh_tools.text | none   | NameError           | the module mh_tools.text defines no function 'none'
          """)
  void whatIsNotInTheFoldersIsNotRun(String module, String name, String type, String message)
      throws Exception {
    TaskError error = pool.run(new Function.PythonModule(module, name, null, false), "1").error(0);

    assertThat(error.kind()).isEqualTo("function");
    assertThat(error.type()).isEqualTo(type);
    assertThat(error.message()).isEqualTo(message);
  }
}
