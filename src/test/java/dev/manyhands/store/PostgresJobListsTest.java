package dev.manyhands.store;

import dev.manyhands.testkit.Containers;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Containers.class)
class PostgresJobListsTest extends JobListsContract {
  private final TestSchema schema = TestSchema.fresh();

  @Override
  JobStore database() {
    return schema.open();
  }
}
