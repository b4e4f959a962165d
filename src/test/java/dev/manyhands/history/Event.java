package dev.manyhands.history;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One thing that a client did and was told, or that was done to the service.
public sealed interface Event {
  /// A job was posted under a key, by which its tasks can be told from all others.
  ///
  /// @param tasks their number
  /// @param job its id, if that was told
  record Submitted(String key, int tasks, Told told, @Nullable String job) implements Event {}

  /// More inputs were sent to the open job of the key.
  record Added(String key, int tasks, Told told) implements Event {}

  /// Results of a job were read.
  ///
  /// @param lines result lines by index
  /// @param starts how often each of these tasks had started, counted after that
  record Seen(String key, Map<Integer, String> lines, Map<Integer, Integer> starts)
      implements Event {
    public Seen {
      lines = Map.copyOf(lines);
      starts = Map.copyOf(starts);
    }
  }

  /// The job of the key was to be removed.
  record Removed(String key, Told told) implements Event {}

  /// These tasks of the key cannot succeed, since they kill each worker that runs them, or somebody
  /// cancels them.
  ///
  /// @param outcome with which each of them has to end
  /// @param most how often each of them may start
  record Doomed(String key, Set<Integer> indexes, String outcome, int most) implements Event {
    public Doomed {
      indexes = Set.copyOf(indexes);
    }
  }

  /// A fault was made.
  ///
  /// @param mayRunAgain the most tasks that it can have interrupted
  record Struck(String fault, int mayRunAgain) implements Event {}

  /// All jobs that were accepted had ended, or the client's patience had: so long after the last
  /// fault.
  record Waited(Duration time, Duration patience) implements Event {}
}
