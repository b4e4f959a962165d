package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.JobId;
import dev.manyhands.job.Limit;
import dev.manyhands.job.LimitUse;
import dev.manyhands.job.Rate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Watches what a scheduler hands out, and fails when a limit is exceeded.
final class LimitWatch {
  private record Start(long at, int tasks) {}

  /// Of a limit and key: starts since the rate was last changed.
  private final Map<String, List<Start>> starts = new HashMap<>();

  private final Map<String, Integer> inUse = new HashMap<>();
  private final Map<String, Limit> limits = new HashMap<>();

  /// Of jobs in the order in which they came, so that a seed tells all.
  private final Map<JobId, Integer> numbers = new HashMap<>();

  void define(Limit limit) {
    Limit before = limits.put(limit.name(), limit);
    if (before != null && !Objects.equals(before.rate(), limit.rate())) {
      starts.clear();
    }
  }

  /// The key of a task, whatever its limit: neighbours share some, all are few.
  String key(JobId job, int index) {
    return "k" + (index / 2 + numbers.computeIfAbsent(job, _ -> numbers.size()) % 3) % 4;
  }

  void handed(Action.Hand hand, long now) {
    for (String place : places(hand)) {
      Limit limit = Objects.requireNonNull(limits.get(place.substring(0, place.indexOf(' '))));
      int used = inUse.merge(place, 1, Integer::sum);
      if (limit.permits() != null) {
        assertThat(used).as("in use of %s", place).isLessThanOrEqualTo(limit.permits());
      }
      if (limit.rate() != null) {
        started(place, limit.rate(), new Start(now, hand.count()));
      }
    }
  }

  private void started(String place, Rate rate, Start start) {
    List<Start> all = starts.computeIfAbsent(place, _ -> new ArrayList<>());
    all.add(start);
    int burst = new TokenBucket(rate, 0).burst();
    int tasks = 0;
    for (Start earlier : all.reversed()) {
      tasks += earlier.tasks();
      double window = (double) (start.at() - earlier.at()) / rate.per().toNanos();
      assertThat((double) tasks)
          .as("tasks of %s in %s of %s", place, window, rate.per())
          .isLessThanOrEqualTo(burst + window * rate.tasks() + 1e-6);
    }
  }

  /// A chunk has ended.
  void ended(Action.Hand hand) {
    places(hand).forEach(place -> inUse.merge(place, -1, Integer::sum));
  }

  /// A chunk has not started, so it counts for no rate.
  void refused(Action.Hand hand) {
    ended(hand);
    places(hand).forEach(place -> removeLast(place, hand.count()));
  }

  private void removeLast(String place, int tasks) {
    List<Start> all = starts.getOrDefault(place, List.of());
    for (int i = all.size() - 1; i >= 0; i--) {
      if (all.get(i).tasks() == tasks) {
        all.remove(i);
        return;
      }
    }
  }

  /// The service starts again: what was held is free, what was owed to a rate is forgotten.
  void restarted() {
    inUse.clear();
    starts.clear();
  }

  private List<String> places(Action.Hand hand) {
    List<String> places = new ArrayList<>();
    for (LimitUse use : hand.order().job().spec().gates().limits()) {
      JobId job = hand.order().job().id();
      String key = use.key() == null ? "" : key(job, hand.first());
      if (use.key() != null) {
        assertThat(key(job, hand.first() + hand.count() - 1)).as("keys of a chunk").isEqualTo(key);
      }
      places.add(use.name() + " " + key);
    }
    return places;
  }
}
