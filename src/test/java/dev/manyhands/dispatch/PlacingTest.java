package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.manyhands.job.Function;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.job.Work;
import dev.manyhands.outbound.HttpSettings;
import dev.manyhands.outbound.Outbound;
import dev.manyhands.pool.Functions;
import dev.manyhands.pool.Pools;
import dev.manyhands.pool.Python;
import dev.manyhands.security.AllowedKinds;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlacingTest {
  @Test
  void aModuleIsRefusedWhereThereIsNoFolderOfModules() {
    Functions functions = Functions.with(List.of());
    Python python = new Python.Found(Path.of("python3"), "3.11.0", List.of());
    try (Outbound outbound = Outbound.open(HttpSettings.DEFAULT);
        Pools pools = new Pools(List.of(), functions)) {
      Placing placing = new Placing(pools, functions, outbound, python, AllowedKinds.ALL);
      Function function = new Function.PythonModule("tools", "clean", null, false);

      Refused refused =
          catchThrowableOfType(Refused.class, () -> placing.place(Work.of(function), null));

      assertThat(((Refusal.InvalidBody) refused.refusal()).mistakes())
          .containsExactly(
              new Refusal.Mistake(
                  "/function/module",
                  "expected source, since this service has no folder of modules"
                      + " (manyhands.python.path), got the module tools"));
    }
  }
}
