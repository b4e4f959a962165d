package dev.manyhands.job;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Which tasks of a job that has ended are to run again, as a job of their own.
public sealed interface Selected {
  /// The most indexes that one request may name.
  int MAX_INDEXES = 10_000;

  /// Those that ended so.
  record ByOutcome(Set<Outcome> outcomes) implements Selected {
    public ByOutcome {
      Rules.size("/outcomes", "outcomes", 1, Outcome.values().length, outcomes.size());
      outcomes = Set.copyOf(outcomes);
    }
  }

  /// These, however they ended.
  ///
  /// @param indexes 1 to 10,000 from 0 on; rising, each once, whatever came
  record ByIndex(List<Integer> indexes) implements Selected {
    public ByIndex {
      Rules.size("/indexes", "indexes", 1, MAX_INDEXES, indexes.size());
      for (int i = 0; i < indexes.size(); i++) {
        Rules.between("/indexes/" + i, 0, Integer.MAX_VALUE, indexes.get(i));
      }
      indexes = List.copyOf(new TreeSet<>(indexes));
    }
  }

  /// What ran and did not succeed, or was kept from running by a cancel or a deadline.
  Selected UNSUCCESSFUL =
      new ByOutcome(
          EnumSet.of(Outcome.FAILED, Outcome.CRASHED, Outcome.TIMED_OUT, Outcome.CANCELLED));
}
