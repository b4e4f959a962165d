package dev.manyhands.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WorkerCodeTest {
  @Test
  void everyFileOfThePackageIsWrittenForTheWorkers() throws Exception {
    try (Stream<Path> files = Files.list(Path.of("src/main/python/manyhands_worker"))) {
      List<String> sources =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".py"))
              .sorted()
              .toList();
      assertThat(WorkerCode.FILES).isEqualTo(sources);
    }
  }
}
