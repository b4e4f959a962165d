package dev.manyhands.web;

import dev.manyhands.job.Function;
import dev.manyhands.pool.Pools;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/// Which kinds of function can run here.
@Component
final class Kinds {
  private static final Function JAVA = new Function.Java("any");
  private static final Function PYTHON =
      new Function.Python("def f(x): return x", "f", null, false);
  private static final Function COMMAND =
      new Function.Command(List.of("true"), Function.Command.Output.TEXT);

  private final Pools pools;

  Kinds(Pools pools) {
    this.pools = pools;
  }

  /// By `function.type`: why it cannot run; empty if it can.
  Map<String, String> whyNot() {
    Map<String, String> reasons = new TreeMap<>();
    for (Function function : List.of(JAVA, PYTHON, COMMAND)) {
      boolean fits = pools.fitting(function).isPresent();
      reasons.put(function.type(), fits ? "" : "no pool of this service can run it");
    }
    return reasons;
  }

  boolean hasPython() {
    return pools.fitting(PYTHON).isPresent();
  }
}
