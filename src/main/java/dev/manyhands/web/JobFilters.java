package dev.manyhands.web;

import dev.manyhands.job.Invalid;
import dev.manyhands.job.JobFilter;
import dev.manyhands.job.JobState;
import dev.manyhands.job.Shown;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Reads which jobs a query asks for.
final class JobFilters {
  private JobFilters() {}

  static JobFilter read(HttpServletRequest request) {
    try {
      return new JobFilter(
          states(values(request, "state")),
          Parameters.single("function", request.getParameterValues("function")),
          labels(values(request, "label")),
          Parameters.time("createdAfter", request.getParameterValues("createdAfter")),
          Parameters.time("createdBefore", request.getParameterValues("createdBefore")));
    } catch (Invalid broken) {
      throw Refusals.parameter(broken.pointer(), broken.detail());
    }
  }

  private static List<String> values(HttpServletRequest request, String name) {
    String[] values = request.getParameterValues(name);
    return values == null ? List.of() : List.of(values);
  }

  /// Words with commas between, or the parameter several times.
  private static Set<JobState> states(List<String> values) {
    Set<JobState> states = EnumSet.noneOf(JobState.class);
    for (String value : values) {
      for (String word : value.split(",", -1)) {
        states.add(state(word.strip()));
      }
    }
    return states;
  }

  private static JobState state(String word) {
    for (JobState state : JobState.values()) {
      if (state.word().equals(word)) {
        return state;
      }
    }
    String words =
        Arrays.stream(JobState.values()).map(JobState::word).collect(Collectors.joining(", "));
    throw Refusals.parameter("state", "expected some of " + words + ", got: " + Shown.of(word));
  }

  private static List<JobFilter.Label> labels(List<String> values) {
    List<JobFilter.Label> labels = new ArrayList<>();
    for (String value : values) {
      String[] parts = value.split("[:=]", 2);
      if (parts.length < 2) {
        throw Refusals.parameter("label", "expected name:value, got: " + Shown.of(value));
      }
      labels.add(new JobFilter.Label(parts[0], parts[1]));
    }
    return labels.stream().distinct().toList();
  }
}
