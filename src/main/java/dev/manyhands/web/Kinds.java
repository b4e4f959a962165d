package dev.manyhands.web;

import dev.manyhands.job.Function;
import dev.manyhands.job.FunctionKind;
import dev.manyhands.pool.Pools;
import dev.manyhands.pool.Python;
import dev.manyhands.security.AllowedKinds;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/// Which kinds of function can run here.
@Component
final class Kinds {
  private static final List<Function> ONE_OF_EACH =
      List.of(
          new Function.Java("any"),
          new Function.Python("def f(x): return x", "f", null, false),
          new Function.Command(List.of("true"), Function.Command.Output.TEXT),
          new Function.Http("GET", "http://example.com/", Map.of(), null, Set.of()));

  private final Pools pools;
  private final Python python;
  private final AllowedKinds allowed;

  Kinds(Pools pools, Python python, AllowedKinds allowed) {
    this.allowed = allowed;
    this.pools = pools;
    this.python = python;
  }

  /// By `function.type`: why it cannot run; empty if it can.
  Map<String, String> whyNot() {
    Map<String, String> reasons = new TreeMap<>();
    ONE_OF_EACH.forEach(function -> reasons.put(function.type(), whyNot(function)));
    return reasons;
  }

  private String whyNot(Function function) {
    return allowed.refusal(function).orElseGet(() -> whyUnable(function));
  }

  private String whyUnable(Function function) {
    if (function instanceof Function.Python && python instanceof Python.Missing missing) {
      return missing.reason();
    }
    if (function instanceof Function.Command
        && python instanceof Python.Missing missing
        && missing.commands() != null) {
      return missing.commands();
    }
    return pools.fitting(function).isPresent() ? "" : "no pool of this service runs it";
  }

  boolean has(FunctionKind kind) {
    return whyNot().getOrDefault(kind.word(), "").isEmpty();
  }
}
