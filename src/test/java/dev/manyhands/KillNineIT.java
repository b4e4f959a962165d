package dev.manyhands;

import dev.manyhands.history.StoredResults;
import dev.manyhands.testkit.RunningService;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class KillNineIT extends KillNineContract {
  @Override
  List<String> store() {
    return List.of();
  }

  @Override
  Map<String, Integer> stored(RunningService killed, Path copy) throws Exception {
    return StoredResults.count(killed.data(), copy);
  }
}
