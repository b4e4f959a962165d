package dev.manyhands.history;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// All that was sent under one key, and what was told of it.
final class Sent {
  private final List<Event.Submitted> submissions = new ArrayList<>();
  private int added;
  private int perhapsAdded;

  /// Which of its tasks cannot succeed; none: all can.
  Event.@Nullable Doomed doomed;

  /// What was told of its removal; none: nobody asked for it.
  @Nullable Told removed;

  void submitted(Event.Submitted submitted) {
    submissions.add(submitted);
  }

  void added(Event.Added more) {
    added += more.told() == Told.OK ? more.tasks() : 0;
    perhapsAdded += more.told() == Told.INDETERMINATE ? more.tasks() : 0;
  }

  boolean isDoomed(int index) {
    return doomed != null && doomed.indexes().contains(index);
  }

  boolean mayExist() {
    return submissions.stream().anyMatch(one -> one.told() != Told.FAIL);
  }

  List<Told> tolds() {
    return submissions.stream().map(Event.Submitted::told).toList();
  }

  /// Every id that the client was told; more than one is one too many.
  Set<String> ids() {
    Set<String> ids = new LinkedHashSet<>();
    for (Event.Submitted one : submissions) {
      if (one.job() != null) {
        ids.add(one.job());
      }
    }
    return ids;
  }

  int least() {
    return submissions.getFirst().tasks() + added;
  }

  int most() {
    return least() + perhapsAdded;
  }
}
