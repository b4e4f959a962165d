package dev.manyhands.history;

import dev.manyhands.testkit.PostgresPlace;
import dev.manyhands.testkit.RunningService;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where a service that is to be killed stores what it has.
///
/// @param place in PostgreSQL; null: SQLite, in the service's own folder
/// @param settings that name it
public record TestedStore(@Nullable PostgresPlace place, List<String> settings) {
  public static final TestedStore SQLITE = new TestedStore(null, List.of());

  /// A fresh one on PostgreSQL. A node that lives must not lose its lease because the machine is
  /// slow: what it runs would run again.
  public static TestedStore onPostgres() {
    PostgresPlace place = PostgresPlace.fresh();
    List<String> settings = new ArrayList<>(place.settings());
    settings.add("--manyhands.cluster.lease=9s");
    return new TestedStore(place, settings);
  }

  /// A killed node's lease has to run out before its next start, which is another node, goes on
  /// with its jobs: that is now.
  public void endLeases() {
    if (place != null) {
      place.endLeases("%");
    }
  }

  /// How many tasks of each key have a result in what a killed service has left.
  ///
  /// @param copy an empty folder
  public Map<String, Integer> results(RunningService killed, Path copy) throws Exception {
    return place == null
        ? StoredResults.count(killed.data(), copy)
        : StoredResults.count(place.url(), place.user(), place.password());
  }
}
