package dev.manyhands.dispatch;

import java.util.Comparator;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// When jobs open and when they close. A job that has ended leaves it, so it is no longer than the
/// list of unfinished jobs, twice. Only the scheduler touches it.
final class Timetable {
  /// @param due on the scheduler's clock, nanoseconds
  /// @param closes whether it is the job's deadline, else its start
  record Entry(long due, ActiveJob job, boolean closes) {}

  private static final Comparator<Entry> NEXT =
      Comparator.comparingLong(Entry::due)
          .thenComparing(entry -> entry.job().id())
          .thenComparing(Entry::closes);

  private final TreeSet<Entry> entries = new TreeSet<>(NEXT);

  /// Notes what lies ahead of the job.
  void add(ActiveJob job) {
    if (!job.stage.isOpen()) {
      entries.add(opening(job));
    }
    if (job.hold.closes() != Hold.NONE.closes()) {
      entries.add(closing(job));
    }
  }

  void remove(ActiveJob job) {
    if (!job.hold.equals(Hold.NONE)) {
      entries.remove(opening(job));
      entries.remove(closing(job));
    }
  }

  private static Entry opening(ActiveJob job) {
    return new Entry(job.hold.opens(), job, false);
  }

  private static Entry closing(ActiveJob job) {
    return new Entry(job.hold.closes(), job, true);
  }

  OptionalLong nextDue() {
    return entries.isEmpty() ? OptionalLong.empty() : OptionalLong.of(entries.first().due());
  }

  /// Takes out the next entry whose time has come.
  @Nullable Entry poll(long now) {
    return entries.isEmpty() || entries.first().due() > now ? null : entries.pollFirst();
  }
}
