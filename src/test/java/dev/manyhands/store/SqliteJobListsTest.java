package dev.manyhands.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteJobListsTest extends JobListsContract {
  @TempDir Path data;

  @Override
  JobStore database() {
    return SqliteJobStore.open(data);
  }
}
