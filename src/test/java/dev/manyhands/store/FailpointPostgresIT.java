package dev.manyhands.store;

import dev.manyhands.history.StoredResults;
import dev.manyhands.testkit.Containers;
import dev.manyhands.testkit.PostgresPlace;
import dev.manyhands.testkit.RunningService;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.extension.ExtendWith;

/// The same on PostgreSQL, where each life is another node, which gets the jobs of the one before
/// when its lease has run out: so in the build only some points are met, chosen from a printed
/// seed.
@ExtendWith(Containers.class)
class FailpointPostgresIT extends FailpointContract {
  private static final int SOME = 8;

  private final PostgresPlace place = PostgresPlace.fresh();

  @Override
  List<String> store() {
    List<String> settings = new ArrayList<>(place.settings());
    settings.add("--manyhands.cluster.lease=2s");
    return settings;
  }

  @Override
  Map<String, Integer> stored(RunningService killed, Path copy) throws Exception {
    return StoredResults.count(place.url(), place.user(), place.password());
  }

  @Override
  List<String> chosen(List<String> points) {
    if (ALL) {
      return points;
    }
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("FailpointPostgresIT: again with -Dseed=" + seed);
    List<String> some = new ArrayList<>(points);
    Collections.shuffle(some, new Random(seed));
    return some.subList(0, SOME);
  }
}
