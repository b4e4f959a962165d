package dev.manyhands.dispatch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.InputBlock;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.store.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The way of inputs into a job that receives. One growth of the job is committed at a time; what
/// arrives meanwhile, from however many senders, goes together into the next, so that the disk says
/// how many there are. Senders wait while too much waits for the commit, or to be run.
///
/// Once it is closed nothing goes in any more, and what depends on that happens when the growth
/// under way is committed: so the scheduler never ends a job that is about to grow.
final class Inflow {
  /// Inputs that wait for the commit under way. As much as a submission stages at once.
  private static final int MAX_WAITING_BYTES = Intake.STAGE_BYTES;

  private static final long FOREVER_NANOS = Duration.ofDays(10_000).toNanos();

  /// Why a job takes nothing more here that another node has, or will have.
  static final Refusal ELSEWHERE =
      new Refusal.Away("the job is about to be another node's: ask again", false, 1);

  /// Commits more inputs of the job, and tells one of the two when that is done or has failed;
  /// false: the job takes no more.
  interface Committer {
    /// @param added those whose senders named keys
    void grow(
        List<InputBlock> blocks,
        List<Change.Added> added,
        Consumer<Boolean> done,
        Consumer<RuntimeException> failed);
  }

  private final Committer committer;
  private final int maxInputs;
  private final long maxHoldNanos;

  @GuardedBy("this")
  private final Ahead ahead;

  @GuardedBy("this")
  private List<Growth.Part> waiting = new ArrayList<>();

  @GuardedBy("this")
  private long waitingBytes;

  @GuardedBy("this")
  private boolean committing;

  /// Inputs that are committed.
  @GuardedBy("this")
  private int total;

  @GuardedBy("this")
  private @Nullable Refused closed;

  /// Told when it is closed: those who read what senders send.
  @GuardedBy("this")
  private final Set<Runnable> readers = Collections.newSetFromMap(new IdentityHashMap<>());

  /// Nobody waits for room any more.
  @GuardedBy("this")
  private boolean released;

  @GuardedBy("this")
  private List<Runnable> whenIdle = new ArrayList<>();

  /// @param ahead how far it may be ahead of what has been run
  /// @param maxHold after so long inputs are taken though it is too far ahead: only who reads on
  ///   sees that a sender has gone
  Inflow(int total, int maxInputs, Ahead ahead, Duration maxHold, Committer committer) {
    this.total = total;
    this.maxInputs = maxInputs;
    this.ahead = ahead;
    this.maxHoldNanos = maxHold.toNanos();
    this.committer = committer;
  }

  /// @param told runs once when it takes nothing more: now, if that is so already
  void whenClosed(Runnable told) {
    boolean over;
    synchronized (this) {
      over = closed != null;
      if (!over) {
        readers.add(told);
      }
    }
    if (over) {
      told.run();
    }
  }

  /// It is not told any more.
  synchronized void forget(Runnable told) {
    readers.remove(told);
  }

  /// Why it takes nothing more; none: it does.
  synchronized Optional<Refusal> closed() {
    return Optional.ofNullable(closed).map(Refused::refusal);
  }

  /// Sends inputs on their way that are read as they come; waits for room, but no longer than a
  /// sender is held.
  ///
  /// @throws Refused if the job takes no more
  void add(JsonLines inputs, Growth.Sender sender) {
    add(inputs, sender, null, maxHoldNanos);
  }

  /// Sends inputs on their way that were read to their end; waits for room.
  ///
  /// @param once a key for them, which is kept in the commit that takes them
  /// @throws Refused if the job takes no more
  void addWhole(JsonLines inputs, Growth.Sender sender, Change.@Nullable Once once) {
    add(inputs, sender, once, FOREVER_NANOS);
  }

  /// Sends inputs on their way that are in memory anyway: waits for the commit under way alone. Who
  /// reads more of them waits for room before: [#awaitRoom].
  ///
  /// @throws Refused if the job takes no more
  void addAtHand(JsonLines inputs, Growth.Sender sender) {
    add(inputs, sender, null, 0);
  }

  /// Whether the job has far more than it has run, and takes more.
  synchronized boolean isFull() {
    return mustWait(true);
  }

  /// Returns when it is not, however long that takes.
  synchronized void awaitRoom() {
    awaitRoom(FOREVER_NANOS);
  }

  private void add(
      JsonLines inputs, Growth.Sender sender, Change.@Nullable Once once, long maxHoldNanos) {
    synchronized (this) {
      awaitRoom(maxHoldNanos);
      if (closed != null) {
        throw closed;
      }
      waiting.add(new Growth.Part(inputs, sender, once));
      waitingBytes += inputs.length();
      if (committing) {
        return;
      }
      committing = true;
    }
    commitNext();
  }

  @GuardedBy("this")
  private void awaitRoom(long maxHoldNanos) {
    boolean interrupted = false;
    long end = System.nanoTime() + maxHoldNanos;
    for (long left = maxHoldNanos; mustWait(left > 0); left = end - System.nanoTime()) {
      try {
        if (left > 0) {
          TimeUnit.NANOSECONDS.timedWait(this, left);
        } else {
          wait(); // for the commit under way, not for what runs
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @GuardedBy("this")
  private boolean mustWait(boolean mayHold) {
    return closed == null
        && !released
        && (waitingBytes >= MAX_WAITING_BYTES || mayHold && ahead.isFull());
  }

  /// Called by whoever set `committing`.
  private void commitNext() {
    List<Growth.Part> arrived;
    int first;
    synchronized (this) {
      arrived = waiting;
      waiting = new ArrayList<>();
      waitingBytes = 0;
      first = total;
      notifyAll();
    }
    List<Growth.Part> fitting = arrived;
    try {
      fitting = Growth.fitting(arrived, first, maxInputs);
      if (!fitting.isEmpty()) {
        commit(Growth.of(fitting, first));
        return;
      }
    } catch (RuntimeException | Error e) {
      // There may be no memory to put them together.
      Growth.tellRefused(
          fitting, new IllegalStateException("inputs could not be put on their way", e));
    }
    done(0, 0);
  }

  private void commit(Growth growth) {
    committer.grow(
        growth.blocks(),
        growth.added(),
        took -> {
          if (took) {
            growth.tellTaken();
            done(growth.count(), growth.bytes());
          } else {
            refuse(growth.parts(), noMore("takes no more inputs"));
          }
        },
        failed -> refuse(growth.parts(), failed));
  }

  private void refuse(List<Growth.Part> parts, RuntimeException why) {
    Growth.tellRefused(parts, why);
    done(0, 0);
  }

  private void done(int count, long bytes) {
    List<Runnable> idle = List.of();
    boolean more;
    synchronized (this) {
      if (count > 0) {
        total += count;
        ahead.came(total, bytes);
      }
      more = !waiting.isEmpty();
      if (!more) {
        committing = false;
        idle = whenIdle;
        whenIdle = new ArrayList<>();
      }
    }
    if (more) {
      commitNext();
    }
    idle.forEach(Mailbox::attempt);
  }

  /// So many tasks of the job have ended.
  synchronized void ended(int done) {
    if (ahead.ended(done)) {
      notifyAll();
    }
  }

  /// Senders wait no longer: they have not much more to send.
  synchronized void release() {
    released = true;
    notifyAll();
  }

  /// Takes nothing more, except what waits already.
  ///
  /// @param then runs when that is committed
  void close(String why, Runnable then) {
    close(noMore(why), false, false, then);
  }

  /// Takes nothing more, and drops what waits.
  ///
  /// @param then runs when the growth under way is committed
  void cutOff(String why, Runnable then) {
    close(noMore(why), true, false, then);
  }

  /// The same: the job is another node's, or will be.
  void leave() {
    close(new Refused(ELSEWHERE), true, false, () -> {});
  }

  /// The same, unless something else closed it before.
  void cutOffUnlessClosed(String why, Runnable then) {
    close(noMore(why), true, true, then);
  }

  private void close(Refused reason, boolean drop, boolean unlessClosed, Runnable then) {
    List<Growth.Part> dropped = List.of();
    List<Runnable> told;
    boolean idle;
    synchronized (this) {
      if (closed != null && unlessClosed) {
        return;
      }
      closed = closed == null ? reason : closed;
      if (drop) {
        dropped = waiting;
        waiting = new ArrayList<>();
        waitingBytes = 0;
      }
      told = List.copyOf(readers);
      readers.clear();
      idle = !committing;
      if (!idle) {
        whenIdle.add(then);
      }
      notifyAll();
    }
    Growth.tellRefused(dropped, reason);
    told.forEach(Runnable::run);
    if (idle) {
      then.run();
    }
  }

  private static Refused noMore(String why) {
    return new Refused(new Refusal.Conflict("job-not-receiving", "the job " + why));
  }
}
