package dev.manyhands.dispatch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Tasks that are to run once more.
///
/// @param end the index after the last
/// @param attempt that comes next
/// @param alone one task a chunk, since it is suspected of having killed its worker
/// @param due when it may run, on the scheduler's clock, nanoseconds
/// @param keys of the keyed limits of its job, one for each
record Again(
    ActiveJob job, int first, int end, int attempt, boolean alone, long due, List<String> keys) {
  Again(ActiveJob job, int first, int end, int attempt, boolean alone, long due) {
    this(job, first, end, attempt, alone, due, List.of());
  }

  /// The same without those before `start`.
  Again from(int start) {
    return new Again(job, start, end, attempt, alone, due, keys);
  }

  /// The same without those from `stop` on.
  Again to(int stop) {
    return new Again(job, first, stop, attempt, alone, due, keys);
  }

  /// The same, one task a chunk.
  Again byItself() {
    return new Again(job, first, end, attempt, true, due, keys);
  }

  boolean contains(int index) {
    return first <= index && index < end;
  }

  /// The same without one of them: what is before it, and what is behind it.
  List<Again> without(int index) {
    List<Again> rest = new ArrayList<>(2);
    if (first < index) {
      rest.add(to(index));
    }
    if (index + 1 < end) {
      rest.add(from(index + 1));
    }
    return rest;
  }

  /// Takes one task out of those of a list; false if it is in none of them.
  static boolean remove(Collection<Again> tasks, int index) {
    List<Again> all = new ArrayList<>();
    boolean found = false;
    for (Again again : tasks) {
      if (again.contains(index)) {
        found = true;
        all.addAll(again.without(index));
      } else {
        all.add(again);
      }
    }
    if (found) {
      tasks.clear();
      tasks.addAll(all);
    }
    return found;
  }

  /// The same with these keys.
  Again with(List<String> known) {
    return known.isEmpty() ? this : new Again(job, first, end, attempt, alone, due, known);
  }
}
