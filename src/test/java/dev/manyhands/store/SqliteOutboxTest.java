package dev.manyhands.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteOutboxTest extends OutboxContract {
  @TempDir Path data;

  @Override
  SqlJobStore database() {
    return SqliteJobStore.open(data);
  }
}
