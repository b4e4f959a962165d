package dev.manyhands.store;

import dev.manyhands.testkit.Containers;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Containers.class)
class PostgresOutboxTest extends OutboxContract {
  private final TestSchema schema = TestSchema.fresh();

  @Override
  SqlJobStore database() {
    return schema.open();
  }
}
