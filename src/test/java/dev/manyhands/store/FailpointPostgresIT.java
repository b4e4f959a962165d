package dev.manyhands.store;

import dev.manyhands.history.TestedStore;
import dev.manyhands.testkit.Containers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;

/// The same on PostgreSQL, where each life is another node, which gets the jobs of the one before
/// when its lease has run out: so in the build only some points are met, chosen from a printed
/// seed.
@ExtendWith(Containers.class)
class FailpointPostgresIT extends FailpointContract {
  private static final int SOME = 5;
  private static final int SOME_OF_THE_LEASE = 3;

  FailpointPostgresIT() {
    super(TestedStore.onPostgres());
  }

  @Override
  List<String> chosen(List<String> points) {
    if (ALL) {
      return points;
    }
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("FailpointPostgresIT: again with -Dseed=" + seed);
    List<String> mixed = new ArrayList<>(points);
    Collections.shuffle(mixed, new Random(seed));
    Predicate<String> lease = point -> Writes.OF_THE_LEASE.contains(Halt.parse(point).write());
    return Stream.concat(
            mixed.stream().filter(lease.negate()).limit(SOME),
            mixed.stream().filter(lease).limit(SOME_OF_THE_LEASE))
        .toList();
  }

  @Override
  Set<String> writes() {
    Set<String> all = new TreeSet<>(Writes.all());
    all.addAll(Writes.OF_THE_LEASE);
    return all;
  }
}
