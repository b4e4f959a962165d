package dev.manyhands.job;

import java.util.List;

/// What a job runs: one function for all of its tasks, or several, each for some of them. Blocks of
/// inputs say which by its place in this list.
///
/// @param functions 1 to 1,000
/// @param named whether tasks have custom ids
public record Work(List<Function> functions, boolean named) {
  public static final int MAX_FUNCTIONS = 1000;

  /// How often the function may change from one task to the next: each time begins a block.
  public static final int MAX_CHANGES = 100_000;

  public Work {
    Rules.size("/tasks", "functions", 1, MAX_FUNCTIONS, functions.size());
    functions = List.copyOf(functions);
  }

  public static Work of(Function function) {
    return new Work(List.of(function), false);
  }

  public boolean isMixed() {
    return functions.size() > 1;
  }

  /// `mixed` where there are several functions.
  public String type() {
    return isMixed() ? "mixed" : functions.getFirst().type();
  }

  /// A short name for people and for lists: of the one function, or such as `mixed:3`.
  public String label() {
    return isMixed() ? "mixed:" + functions.size() : functions.getFirst().label();
  }
}
