package dev.manyhands.store;

import dev.manyhands.testkit.Containers;
import dev.manyhands.testkit.PostgresPlace;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;

/// The same on PostgreSQL, where what became of a commit is asked on another connection.
@ExtendWith(Containers.class)
class FlakyStorePostgresIT extends FlakyStoreContract {
  @Override
  List<String> store() {
    return PostgresPlace.fresh().settings();
  }
}
