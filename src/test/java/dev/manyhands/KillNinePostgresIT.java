package dev.manyhands;

import dev.manyhands.history.TestedStore;
import dev.manyhands.testkit.Containers;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Containers.class)
class KillNinePostgresIT extends KillNineContract {
  @Override
  TestedStore store() {
    return TestedStore.onPostgres();
  }
}
