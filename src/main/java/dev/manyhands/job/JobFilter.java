package dev.manyhands.job;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which jobs a list is to have: those for which all that is said here holds.
///
/// @param states any of these; none: any at all
/// @param function its label, such as `python:square`, or the part before or behind the colon
/// @param labels all of these
/// @param createdAfter later than this
/// @param createdBefore earlier than this
public record JobFilter(
    Set<JobState> states,
    @Nullable String function,
    List<Label> labels,
    @Nullable Instant createdAfter,
    @Nullable Instant createdBefore) {
  /// The most labels of one filter.
  public static final int MAX_LABELS = 8;

  private static final int MAX_FUNCTION_CHARS = 500;

  /// Every job.
  public static final JobFilter NONE = new JobFilter(Set.of(), null, List.of(), null, null);

  /// One mark of a client.
  public record Label(String name, String value) {}

  public JobFilter {
    states = states.isEmpty() ? Set.of() : Set.copyOf(states);
    labels = List.copyOf(labels);
    Rules.size("label", "labels", 0, MAX_LABELS, labels.size());
    for (Label label : labels) {
      Rules.word("label", label.name());
      Rules.argument("label", label.value(), JobSpec.MAX_LABEL_CHARS);
    }
    if (function != null) {
      Rules.text("function", function, MAX_FUNCTION_CHARS);
      Rules.argument("function", function, MAX_FUNCTION_CHARS);
    }
    createdAfter = createdAfter == null ? null : Rules.time("createdAfter", createdAfter);
    createdBefore = createdBefore == null ? null : Rules.time("createdBefore", createdBefore);
  }

  /// Whether a job in this state may be among them.
  public boolean allows(JobState state) {
    return states.isEmpty() || states.contains(state);
  }

  /// Those of its states in which a job has ended.
  public Set<JobState> terminal() {
    Set<JobState> terminal = EnumSet.noneOf(JobState.class);
    states.stream().filter(JobState::isTerminal).forEach(terminal::add);
    return terminal;
  }

  /// Whether a job that has not ended may be among them.
  public boolean allowsUnfinished() {
    return states.isEmpty() || terminal().size() < states.size();
  }
}
