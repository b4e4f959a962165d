package dev.manyhands.dispatch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Limit;
import dev.manyhands.job.LimitUse;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.job.Shown;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The named limits that are committed, and which unfinished jobs name each: a limit that is named
/// stays. Safe for use by several threads; who changes limits is [LimitChanges].
final class LimitBook {
  @GuardedBy("this")
  private final Map<String, Limit> limits = new TreeMap<>();

  @GuardedBy("this")
  private final Map<String, Set<JobId>> jobs = new HashMap<>();

  /// The job that brought a limit along, as long as nobody else has wanted it: it goes with a job
  /// that is taken back.
  @GuardedBy("this")
  private final Map<String, JobId> makers = new HashMap<>();

  /// Limits whose makers were taken back while others named them: they go with the last of these,
  /// unless one of these is accepted.
  @GuardedBy("this")
  private final Set<String> orphans = new HashSet<>();

  synchronized List<Limit> all() {
    return List.copyOf(limits.values());
  }

  synchronized Optional<Limit> get(String name) {
    return Optional.ofNullable(limits.get(name));
  }

  synchronized void add(Limit limit) {
    limits.put(limit.name(), limit);
  }

  /// Somebody wants it, whoever made it.
  synchronized void share(String name) {
    makers.remove(name);
    orphans.remove(name);
  }

  /// The job has brought it along.
  synchronized void add(Limit limit, JobId maker) {
    limits.put(limit.name(), limit);
    makers.put(limit.name(), maker);
  }

  /// It is not there any more.
  synchronized void forget(String name) {
    limits.remove(name);
    makers.remove(name);
    orphans.remove(name);
  }

  /// The job is accepted: what others have made, and it names too, is not theirs alone.
  synchronized void accepted(Job job) {
    for (LimitUse use : job.spec().gates().limits()) {
      if (!job.id().equals(makers.get(use.name()))) {
        share(use.name());
      }
    }
  }

  /// Takes out what the job has made and no other job names or has named. What one names that is
  /// about to be accepted goes if that is not: see [#takeOrphans].
  synchronized List<Limit> takeMadeBy(Job job) {
    for (LimitUse use : job.spec().gates().limits()) {
      if (job.id().equals(makers.get(use.name()))) {
        orphans.add(use.name());
      }
    }
    return takeOrphans(job);
  }

  /// Takes out what the job names, whose maker was taken back, and no other job names.
  synchronized List<Limit> takeOrphans(Job job) {
    List<Limit> taken = new ArrayList<>();
    for (LimitUse use : job.spec().gates().limits()) {
      Limit limit = limits.get(use.name());
      if (limit != null
          && orphans.contains(use.name())
          && jobs.getOrDefault(use.name(), Set.of()).isEmpty()) {
        taken.add(limit);
        forget(use.name());
      }
    }
    return taken;
  }

  /// Takes a limit out, so that no job can name it from here on.
  ///
  /// @throws Refused if it is not there, or an unfinished job names it
  synchronized Limit take(String name) {
    Limit limit = limits.get(name);
    if (limit == null) {
      throw unknown(name);
    }
    Set<JobId> naming = jobs.getOrDefault(name, Set.of());
    if (!naming.isEmpty()) {
      throw new Refused(
          new Refusal.Conflict(
              "limit-in-use",
              "expected a limit that no unfinished job names, %s is named by %s%s"
                  .formatted(
                      name,
                      naming.iterator().next(),
                      naming.size() == 1 ? "" : " and " + (naming.size() - 1) + " more")));
    }
    forget(name);
    return limit;
  }

  static Refused unknown(String name) {
    return new Refused(new Refusal.NotFound("limit", "there is no limit " + Shown.of(name)));
  }

  /// The job names its limits from now on.
  void enter(Job job) {
    if (!job.spec().gates().limits().isEmpty()) {
      addAll(job);
    }
  }

  private synchronized void addAll(Job job) {
    for (LimitUse use : job.spec().gates().limits()) {
      jobs.computeIfAbsent(use.name(), _ -> new LinkedHashSet<>()).add(job.id());
    }
  }

  /// The same if all of them are there; false: nothing has happened.
  ///
  /// @throws Refused as [#check] says
  synchronized boolean enterIfThere(Job job) {
    List<LimitUse> uses = job.spec().gates().limits();
    check(uses);
    boolean there = limits.keySet().containsAll(uses.stream().map(LimitUse::name).toList());
    if (there) {
      addAll(job);
    }
    return there;
  }

  /// @throws Refused if a limit is neither there nor can be made, or has another number of permits
  ///   than the job says
  synchronized void check(List<LimitUse> uses) {
    List<Refusal.Mistake> mistakes = new ArrayList<>();
    for (int i = 0; i < uses.size(); i++) {
      LimitUse use = uses.get(i);
      Limit limit = limits.get(use.name());
      if (limit == null && use.permits() == null) {
        mistakes.add(
            new Refusal.Mistake(
                "/limits/" + i + "/name",
                "expected a limit that GET /v1/limits lists, or permits to make it with, got: "
                    + use.name()));
      } else if (limit != null && use.permits() != null && !use.permits().equals(limit.permits())) {
        mistakes.add(
            new Refusal.Mistake(
                "/limits/" + i + "/permits",
                "expected what limit %s has (%s) or nothing, got: %d"
                    .formatted(
                        use.name(),
                        limit.permits() == null ? "no number of permits" : limit.permits(),
                        use.permits())));
      }
    }
    if (!mistakes.isEmpty()) {
      throw new Refused(new Refusal.InvalidBody("the job names limits that are not so", mistakes));
    }
  }

  /// The job has ended, or was not accepted after all.
  void leave(Job job) {
    if (!job.spec().gates().limits().isEmpty()) {
      removeAll(job);
    }
  }

  private synchronized void removeAll(Job job) {
    for (LimitUse use : job.spec().gates().limits()) {
      jobs.computeIfPresent(
          use.name(),
          (_, naming) -> {
            naming.remove(job.id());
            return naming.isEmpty() ? null : naming;
          });
    }
  }
}
