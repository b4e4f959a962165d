package dev.manyhands.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteJobStoreTest extends JobStoreContract {
  @TempDir Path folder;

  @Override
  JobStore open() {
    return SqliteJobStore.open(folder);
  }
}
