package dev.manyhands.job;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What has to be so for the tasks of a job to start.
///
/// @param notBefore no task starts earlier; none: at once
/// @param deadline what has not ended then is cancelled; none: no matter how long it takes
/// @param dependsOn jobs that have to end before; none: it stands alone
/// @param limits what each task takes of limits that jobs share, at most 8, each name once
public record Gates(
    @Nullable Instant notBefore,
    @Nullable Instant deadline,
    @Nullable DependsOn dependsOn,
    List<LimitUse> limits) {
  public static final Gates OPEN = new Gates(null, null, null, List.of());

  public static final int MAX_LIMITS = 8;

  /// Times are kept in whole microseconds.
  public Gates {
    notBefore = notBefore == null ? null : Rules.time("/notBefore", notBefore);
    deadline = deadline == null ? null : Rules.time("/deadline", deadline);
    if (notBefore != null && deadline != null && !notBefore.isBefore(deadline)) {
      throw new Invalid(
          "/deadline", "expected a time after notBefore (" + notBefore + "), got: " + deadline);
    }
    limits = List.copyOf(limits);
    Rules.size("/limits", "limits", 0, MAX_LIMITS, limits.size());
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < limits.size(); i++) {
      String name = limits.get(i).name();
      if (!seen.add(name)) {
        throw new Invalid("/limits/" + i + "/name", "expected each limit once, got again: " + name);
      }
    }
  }
}
