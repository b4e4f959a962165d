package dev.manyhands.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A set of task indexes, kept as disjoint runs. Not safe for use by several threads.
public final class Ranges {
  /// A run of indexes.
  ///
  /// @param end the index after the last
  public record Range(int first, int end) {
    public Range {
      if (first < 0 || end <= first) {
        throw new IllegalArgumentException("not a range: " + first + " to " + end);
      }
    }

    public int count() {
      return end - first;
    }
  }

  private final TreeMap<Integer, Integer> ends = new TreeMap<>();
  private int size;

  /// All indexes from 0 to `total - 1`.
  public static Ranges upTo(int total) {
    Ranges all = new Ranges();
    if (total > 0) {
      all.add(0, total);
    }
    return all;
  }

  public int size() {
    return size;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  /// Adds `first` to `end - 1`.
  ///
  /// @throws IllegalStateException if one of them is in the set already
  public void add(int first, int end) {
    new Range(first, end);
    Map.Entry<Integer, Integer> before = ends.lowerEntry(end);
    if (containsAny(first, end)) {
      throw new IllegalStateException("indexes twice: " + first + " to " + end);
    }
    size += end - first;
    int from = first;
    int to = end;
    if (before != null && before.getValue() == first) {
      from = before.getKey();
    }
    Integer afterEnd = ends.remove(end);
    if (afterEnd != null) {
      to = afterEnd;
    }
    ends.put(from, to);
  }

  /// Removes `first` to `end - 1`.
  ///
  /// @throws IllegalStateException if one of them is not in the set
  public void remove(int first, int end) {
    Map.Entry<Integer, Integer> run = ends.floorEntry(first);
    if (run == null || run.getValue() < end) {
      throw new IllegalStateException("indexes not there: " + first + " to " + end);
    }
    int runFirst = run.getKey();
    int runEnd = run.getValue();
    ends.remove(runFirst);
    if (runFirst < first) {
      ends.put(runFirst, first);
    }
    if (end < runEnd) {
      ends.put(end, runEnd);
    }
    size -= end - first;
  }

  public boolean contains(int index) {
    Map.Entry<Integer, Integer> run = ends.floorEntry(index);
    return run != null && index < run.getValue();
  }

  /// Whether one of `first` to `end - 1` is in the set.
  public boolean containsAny(int first, int end) {
    Map.Entry<Integer, Integer> before = ends.lowerEntry(end);
    return before != null && before.getValue() > first;
  }

  /// The first run; there is one.
  public Range firstRange() {
    Map.Entry<Integer, Integer> run = ends.firstEntry();
    return new Range(run.getKey(), run.getValue());
  }

  /// The runs in order, as they stand now.
  public List<Range> ranges() {
    List<Range> ranges = new ArrayList<>(ends.size());
    ends.forEach((first, end) -> ranges.add(new Range(first, end)));
    return ranges;
  }
}
