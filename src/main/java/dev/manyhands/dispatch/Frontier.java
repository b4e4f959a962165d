package dev.manyhands.dispatch;

import java.util.TreeMap;

/// How many of a job's tasks have ended without a gap from the first on. Not safe for use by
/// several threads.
///
/// Blocks that come in order cost nothing; those that come early are kept as runs until the gap
/// before them closes. There are as many as the scheduler itself keeps.
final class Frontier {
  private final TreeMap<Integer, Integer> early = new TreeMap<>();
  private int end;

  int end() {
    return end;
  }

  /// The tasks `first` to `first + count - 1` have ended.
  void add(int first, int count) {
    if (first != end) {
      addEarly(first, first + count);
      return;
    }
    end += count;
    for (Integer next = early.remove(end); next != null; next = early.remove(end)) {
      end = next;
    }
  }

  private void addEarly(int first, int last) {
    int from = first;
    Integer after = early.remove(last);
    Integer before = early.lowerKey(first);
    if (before != null && early.getOrDefault(before, -1) == first) {
      from = before;
    }
    early.put(from, after == null ? last : after);
  }
}
