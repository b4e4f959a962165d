package dev.manyhands.dispatch;

import dev.manyhands.job.Job;
import dev.manyhands.job.Limit;
import dev.manyhands.job.LimitUse;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.store.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Changes to the named limits, one at a time: committed first, then in force, then seen.
final class LimitChanges {
  private static final Logger log = LoggerFactory.getLogger(LimitChanges.class);

  /// Named limits of one service: those in use are looked through whenever a worker is free.
  static final int MAX_LIMITS = 1000;

  private final LimitBook book;
  private final Commits commits;
  private final Capacity capacity;

  /// Held from a check to the end of the commit; the writer's thread never takes it.
  private final ReentrantLock changing = new ReentrantLock();

  private final List<Consumer<List<Limit>>> watchers = new CopyOnWriteArrayList<>();

  LimitChanges(LimitBook book, Commits commits, Capacity capacity) {
    this.book = book;
    this.commits = commits;
    this.capacity = capacity;
  }

  /// Tells the watcher the limits, now and after each change.
  void watch(Consumer<List<Limit>> watcher) {
    watchers.add(watcher);
    watcher.accept(book.all());
  }

  private void changed() {
    List<Limit> now = book.all();
    watchers.forEach(watcher -> watcher.accept(now));
  }

  /// Those that are stored, and no others: at the start, and when other nodes may have changed
  /// them.
  void open(List<Limit> stored) {
    changing.lock();
    try {
      Set<String> names = stored.stream().map(Limit::name).collect(Collectors.toSet());
      for (Limit known : book.all()) {
        if (!names.contains(known.name())) {
          book.forget(known.name());
          capacity.limitRemoved(known.name());
        }
      }
      stored.forEach(this::inForce);
      changed();
    } finally {
      changing.unlock();
    }
  }

  /// The scheduler hears of it first: a job that finds it in the book is scheduled after that.
  private void inForce(Limit limit) {
    capacity.limit(limit);
    book.add(limit);
  }

  /// Makes the limit, or makes it otherwise.
  ///
  /// @return whether it is new
  boolean put(Limit limit) {
    changing.lock();
    try {
      boolean isNew = book.get(limit.name()).isEmpty();
      if (isNew) {
        refuseIfMany(1);
      }
      if (!commits.write(new Change.PutLimit(limit), 0, () -> inForce(limit))) {
        throw elsewhere();
      }
      book.share(limit.name());
      changed();
      return isNew;
    } finally {
      changing.unlock();
    }
  }

  private void refuseIfMany(int more) {
    if (book.all().size() + more > MAX_LIMITS) {
      throw new Refused(
          new Refusal.Conflict(
              "too-many-limits", "expected at most " + MAX_LIMITS + " limits: delete one first"));
    }
  }

  /// Forgets a limit that no unfinished job names.
  void remove(String name) {
    changing.lock();
    try {
      Limit limit = book.take(name);
      try {
        if (!commits.write(new Change.RemoveLimit(name), 0, () -> capacity.limitRemoved(name))) {
          throw elsewhere();
        }
      } catch (RuntimeException e) {
        book.add(limit);
        throw e;
      }
      changed();
    } finally {
      changing.unlock();
    }
  }

  private static Refused elsewhere() {
    return new Refused(
        new Refusal.Away("the named limits are about to be another node's: ask again", false, 1));
  }

  /// The job names its limits from now on. One that is not there is made in the commit that accepts
  /// the job, if it says how many permits it has: until the entry is closed nobody else makes one.
  ///
  /// @throws Refused as [LimitBook#check] says
  Entry enter(Job job) {
    List<LimitUse> uses = job.spec().gates().limits();
    if (uses.isEmpty() || book.enterIfThere(job)) {
      return new Entry(job, List.of(), false);
    }
    changing.lock();
    try {
      book.check(uses);
      List<Limit> made = new ArrayList<>();
      for (LimitUse use : uses) {
        if (book.get(use.name()).isEmpty()) {
          made.add(new Limit(use.name(), use.permits(), null));
        }
      }
      refuseIfMany(made.size());
      book.enter(job);
      return new Entry(job, made, true);
    } catch (RuntimeException e) {
      changing.unlock();
      throw e;
    }
  }

  /// The uses of a job that is to run again: a limit that is there counts as it is now, since it
  /// may have been made otherwise meanwhile.
  List<LimitUse> asTheyAre(List<LimitUse> uses) {
    return uses.stream()
        .map(use ->
            book.get(use.name()).isPresent() ? new LimitUse(use.name(), null, use.key()) : use)
        .toList();
  }

  /// A job that is about to be accepted, with the limits that it brings along. Closed by the thread
  /// that entered it.
  final class Entry implements AutoCloseable {
    private final Job job;
    private final List<Limit> made;
    private final boolean locked;
    private boolean accepted;

    private Entry(Job job, List<Limit> made, boolean locked) {
      this.job = job;
      this.made = List.copyOf(made);
      this.locked = locked;
    }

    /// It is committed, and with it what it makes. Called before the thread that entered it goes
    /// on.
    void accepted() {
      accepted = true;
      for (Limit limit : made) {
        capacity.limit(limit);
        book.add(limit, job.id());
      }
      book.accepted(job);
    }

    /// If it was not accepted after all, it names nothing.
    @Override
    public void close() {
      try {
        if (!accepted) {
          book.leave(job);
          forgetOrphans(job);
        } else if (!made.isEmpty()) {
          changed();
        }
      } finally {
        if (locked) {
          changing.unlock();
        }
      }
    }
  }

  /// The job was accepted, and taken back since: what it made goes too, unless another job has
  /// named it meanwhile, or somebody has put it.
  void takeBack(Job job) {
    forget(job, LimitBook::takeMadeBy);
  }

  /// Its sender is told why it was not accepted, whatever becomes of the limits.
  private void forgetOrphans(Job job) {
    try {
      forget(job, LimitBook::takeOrphans);
    } catch (RuntimeException e) {
      log.warn("Limits that nobody names any more stay until the next start.", e);
    }
  }

  private void forget(Job job, BiFunction<LimitBook, Job, List<Limit>> taken) {
    if (job.spec().gates().limits().isEmpty()) {
      return;
    }
    changing.lock();
    try {
      List<Limit> made = taken.apply(book, job);
      for (Limit limit : made) {
        // If another node has the limits by now, its start has looked after this one.
        commits.write(
            new Change.RemoveLimit(limit.name()), 0, () -> capacity.limitRemoved(limit.name()));
      }
      if (!made.isEmpty()) {
        changed();
      }
    } finally {
      changing.unlock();
    }
  }

  /// The same for a job that an earlier start has accepted: its limits are what they are now.
  void enterAgain(Job job) {
    book.enter(job);
  }
}
