package dev.manyhands.history;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import dev.manyhands.history.Found.FoundJob;
import dev.manyhands.testkit.Witness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Holds a history against what was found in the end, promise by promise.
///
/// It believes nobody: runs are counted by the tasks' own testimony, jobs by what the client was
/// told of them.
public final class Judge {
  /// How the keys of jobs begin whose tasks may run only once.
  static final String ONCE = "once-";

  /// What the service says when it has caught itself in a mistake, or is about to die of one.
  private static final List<String> CONFESSIONS =
      List.of(
          "OutOfMemoryError",
          "Exception in thread",
          "goes on after a mistake of its own",
          "would break the log",
          "a request failed; the client was told of an internal error");

  private final List<Event> events;
  private final Found found;
  private final String secret;
  private final Map<String, Sent> sent = new HashMap<>();
  private final List<Broken> broken = new ArrayList<>();

  private Judge(List<Event> events, Found found, String secret) {
    this.events = events;
    this.found = found;
    this.secret = secret;
  }

  /// @param secret which no log may name
  /// @return every promise that is broken, and how
  public static List<Broken> judge(List<Event> events, Found found, String secret) {
    return new Judge(events, found, secret).judge();
  }

  private List<Broken> judge() {
    events.forEach(this::gather);
    sent.forEach(this::everyAcceptedJobIsThere);
    found.jobs().forEach(this::everyTaskHasOneRightRecord);
    found.jobs().forEach(this::countsAgree);
    nothingSeenHasChanged();
    endedInTime();
    nothingRanAgain();
    found.left().forEach(thing -> breaks(Promise.NOTHING_LEFT, "%s", thing));
    logIsClean();
    return broken;
  }

  private void gather(Event event) {
    switch (event) {
      case Event.Submitted submitted ->
          sent.computeIfAbsent(submitted.key(), _ -> new Sent()).submitted(submitted);
      case Event.Added added -> sent(added.key()).added(added);
      case Event.Removed removed -> sent(removed.key()).removed = removed.told();
      case Event.Doomed doomed -> sent(doomed.key()).doomed = doomed;
      case Event.Seen _, Event.Struck _, Event.Waited _ -> {}
    }
  }

  private Sent sent(String key) {
    Sent known = sent.get(key);
    if (known == null) {
      throw new IllegalArgumentException("the history never submitted " + key);
    }
    return known;
  }

  private void everyAcceptedJobIsThere(String key, Sent known) {
    List<FoundJob> jobs = found.jobs().stream().filter(job -> job.key().equals(key)).toList();
    if (jobs.size() > (known.mayExist() ? 1 : 0)) {
      breaks(
          Promise.NONE_DOUBLED,
          "%d jobs of %s, which was told %s",
          jobs.size(),
          key,
          known.tolds());
    }
    if (known.removed == Told.OK) {
      if (!jobs.isEmpty()) {
        breaks(Promise.NEVER_CHANGED, "%s is back after its removal", key);
      }
      return;
    }
    boolean mayBeGone = known.removed == Told.INDETERMINATE;
    for (String id : known.ids()) {
      if (jobs.stream().noneMatch(job -> job.id().equals(id)) && !(mayBeGone && jobs.isEmpty())) {
        breaks(Promise.NONE_LOST, "%s of %s was accepted and is not there", id, key);
      }
    }
  }

  private void everyTaskHasOneRightRecord(FoundJob job) {
    Sent known = sent.get(job.key());
    if (known == null) {
      breaks(Promise.NONE_DOUBLED, "%s of %s was never submitted", job.id(), job.key());
      return;
    }
    int total = job.counts().getOrDefault("total", 0);
    if (total < known.least() || total > known.most()) {
      breaks(
          Promise.ONE_RECORD,
          "%s has %d tasks, %d to %d were sent",
          job.key(),
          total,
          known.least(),
          known.most());
    }
    Map<String, Witness.Start> byNonce =
        found.starts().stream()
            .filter(start -> start.key().equals(job.key()))
            .collect(Collectors.toMap(Witness.Start::nonce, start -> start));
    Map<Integer, String> records = new HashMap<>();
    for (String text : job.byInput()) {
      ResultLine line = ResultLine.parse(text);
      if (records.put(line.index(), text) != null) {
        breaks(Promise.ONE_RECORD, "a second record of task %d of %s", line.index(), job.key());
      }
      if (line.index() < 0 || line.index() >= total) {
        breaks(Promise.ONE_RECORD, "a record of %d of %s, not a task", line.index(), job.key());
      }
      isRight(job, line, byNonce.get(line.nonce()));
    }
    for (int index = 0; index < total; index++) {
      if (!records.containsKey(index)) {
        breaks(Promise.ONE_RECORD, "no record of task %d of %s", index, job.key());
      }
    }
    List<String> completed =
        job.byCompletion().stream()
            .sorted(Comparator.comparingInt(text -> ResultLine.parse(text).index()))
            .toList();
    if (!completed.equals(job.byInput())) {
      breaks(Promise.ONE_RECORD, "the two orders of %s hold other records", job.key());
    }
  }

  private void isRight(FoundJob job, ResultLine line, Witness.@Nullable Start run) {
    if (line.status().equals("crashed") && isOnce(job.key())) {
      return; // a worker had it when the service was killed
    }
    Event.@Nullable Doomed doomed = doomed(job.key(), line.index());
    if (doomed != null) {
      if (!line.status().equals(doomed.outcome())) {
        breaks(
            Promise.RIGHT_VALUE,
            "task %d of %s %s, expected %s",
            line.index(),
            job.key(),
            line.status(),
            doomed.outcome());
      }
      return;
    }
    if (!line.status().equals("succeeded")) {
      breaks(Promise.RIGHT_VALUE, "task %d of %s %s", line.index(), job.key(), line.status());
    } else if (!line.value().equals(Witness.value(job.key(), line.index()))) {
      breaks(Promise.RIGHT_VALUE, "task %d of %s: %s", line.index(), job.key(), line.value());
    } else if (run == null || run.index() != line.index()) {
      breaks(
          Promise.RIGHT_VALUE, "no run made the value of task %d of %s", line.index(), job.key());
    }
  }

  /// What has to become of a task that cannot succeed; null: it can.
  private Event.@Nullable Doomed doomed(String key, int index) {
    Sent known = sent.get(key);
    return known != null && known.isDoomed(index) ? known.doomed : null;
  }

  private void countsAgree(FoundJob job) {
    Map<String, Integer> counted = new HashMap<>();
    job.byInput().forEach(line -> counted.merge(ResultLine.parse(line).status(), 1, Integer::sum));
    int sum = 0;
    for (Map.Entry<String, Integer> count : job.counts().entrySet()) {
      if (!count.getKey().equals("total")) {
        sum += count.getValue();
        int records = counted.getOrDefault(count.getKey(), 0);
        if (records != count.getValue()) {
          breaks(
              Promise.COUNTS_AGREE,
              "%s counts %d %s, its records %d",
              job.key(),
              count.getValue(),
              count.getKey(),
              records);
        }
      }
    }
    if (sum != job.counts().getOrDefault("total", 0)) {
      breaks(
          Promise.COUNTS_AGREE, "the counts of %s add up to %d: %s", job.key(), sum, job.counts());
    }
  }

  private void nothingSeenHasChanged() {
    Map<String, Map<Integer, String>> last = new HashMap<>();
    for (FoundJob job : found.jobs()) {
      Map<Integer, String> lines = last.computeIfAbsent(job.key(), _ -> new HashMap<>());
      job.byInput().forEach(line -> lines.put(ResultLine.parse(line).index(), line));
    }
    for (Event event : events) {
      if (event instanceof Event.Seen seen && last.containsKey(seen.key())) {
        seen.lines()
            .forEach((index, line) -> {
              String now = last.getOrDefault(seen.key(), Map.of()).getOrDefault(index, "gone");
              if (!line.equals(now)) {
                breaks(Promise.NEVER_CHANGED, "%s of %s is now %s", line, seen.key(), now);
              }
            });
      }
    }
  }

  private void endedInTime() {
    for (Event event : events) {
      if (event instanceof Event.Waited waited && waited.time().compareTo(waited.patience()) > 0) {
        breaks(Promise.NONE_STUCK, "waited %s, expected %s", waited.time(), waited.patience());
      }
    }
    if (events.stream().noneMatch(Event.Waited.class::isInstance)) {
      breaks(Promise.NONE_STUCK, "nobody waited for the end (patience %s)", Duration.ZERO);
    }
    for (FoundJob job : found.jobs()) {
      if (!List.of("succeeded", "failed", "cancelled", "expired").contains(job.state())) {
        breaks(Promise.NONE_STUCK, "%s is %s", job.key(), job.state());
      }
    }
  }

  /// Whether what the client sent under this key says `"onWorkerLost": "fail"`.
  private static boolean isOnce(String key) {
    return key.startsWith(ONCE);
  }

  private void nothingRanAgain() {
    Map<String, Integer> starts = new HashMap<>();
    found
        .starts()
        .forEach(start -> starts.merge(Witness.input(start.key(), start.index()), 1, Integer::sum));
    for (Event event : events) {
      if (event instanceof Event.Seen seen) {
        seen.starts()
            .forEach((index, then) -> {
              int now = starts.getOrDefault(Witness.input(seen.key(), index), 0);
              if (now != then) {
                breaks(
                    Promise.NONE_REPEATED,
                    "task %d of %s had ended after %d starts and has %d",
                    index,
                    seen.key(),
                    then,
                    now);
              }
            });
      }
    }
    starts.forEach((input, count) -> {
      if (isOnce(input) && count > 1) {
        breaks(Promise.NONE_REPEATED, "%s may run only once and ran %d times", input, count);
      }
    });
    theDoomedRanAsOftenAsTheyMay(starts);
    int again = starts.values().stream().mapToInt(count -> count - 1).sum();
    int may = 0;
    for (Event event : events) {
      may += event instanceof Event.Struck struck ? struck.mayRunAgain() : 0;
    }
    if (again > may) {
      breaks(Promise.NONE_REPEATED, "%d tasks ran again, the faults interrupted %d", again, may);
    }
  }

  /// Leaves the others.
  private void theDoomedRanAsOftenAsTheyMay(Map<String, Integer> starts) {
    sent.forEach((key, known) -> {
      Event.@Nullable Doomed doomed = known.doomed;
      if (doomed != null) {
        for (int index : doomed.indexes()) {
          Integer count = starts.remove(Witness.input(key, index));
          if (count != null && count > doomed.most()) {
            breaks(
                Promise.NONE_REPEATED,
                "task %d of %s may start %d times and started %d times",
                index,
                key,
                doomed.most(),
                count);
          }
        }
      }
    });
  }

  private void logIsClean() {
    if (found.log().contains(secret)) {
      breaks(Promise.LOG_CLEAN, "the log names the secret");
    }
    found
        .log()
        .lines()
        .filter(line -> CONFESSIONS.stream().anyMatch(line::contains))
        .forEach(line -> breaks(Promise.LOG_CLEAN, "%s", line));
  }

  @FormatMethod
  private void breaks(Promise promise, @FormatString String how, Object... arguments) {
    broken.add(new Broken(promise, how.formatted(arguments)));
  }
}
