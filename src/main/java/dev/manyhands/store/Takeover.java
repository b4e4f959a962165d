package dev.manyhands.store;

import dev.manyhands.job.JobId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/// Takes over what nodes have that are gone, on a thread of its own: thousands of jobs must hold up
/// neither the renewal of the lease nor, for long, a commit.
///
/// ```
/// take   one short transaction: all of it is this node's, at the next epoch
/// read   a portion of it in one transaction, in which ends what may not run again
/// tell   the portion goes on here
/// ```
///
/// What is this node's by the database is known here until it goes on. Whatever fails is tried
/// again at the next renewal, and where nobody knows whether a commit took place, that is looked up
/// first.
final class Takeover implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);

  /// Jobs that are read in one transaction.
  static final int PORTION = 100;

  private static final int LONGEST_STOP_SECONDS = 30;

  private static final Ownership NOBODY =
      new Ownership() {
        @Override
        public List<Claimed> taken(List<Claimed> jobs) {
          return jobs;
        }

        @Override
        public void lost() {}
      };

  private final StoreWriter writer;
  private final Housekeeping housekeeping;
  private final StakeReader reader;

  private final Doubts doubts;

  private final AtomicBoolean busy = new AtomicBoolean();

  /// What comes after the stop is nothing.
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          Thread.ofPlatform().name("takeover").daemon().factory(),
          new ThreadPoolExecutor.DiscardPolicy());

  /// Held while jobs go on: nobody loses them before they have.
  private final ReentrantLock telling = new ReentrantLock();

  /// Replaced under the lock, by the lease's thread.
  private volatile Estate work = new Estate("");

  private volatile Ownership ownership = NOBODY;
  private volatile boolean done = true;
  private volatile boolean closed;
  private boolean failed;

  Takeover(StoreWriter writer, Housekeeping housekeeping, Doubts doubts, int mostBytes) {
    this.writer = writer;
    this.housekeeping = housekeeping;
    this.doubts = doubts;
    this.reader = new StakeReader(writer, mostBytes);
  }

  /// Everything at once, before anybody hears of jobs. What cannot be read now is told of later.
  ///
  /// @return in order of creation
  List<Claimed> all(String node) {
    Estate now = new Estate(node);
    take(now, true);
    List<Stake> stakes = now.stakes;
    List<Stake> left = new ArrayList<>();
    List<Claimed> all = new ArrayList<>();
    for (int i = 0; i < stakes.size(); i += PORTION) {
      all.addAll(reader.read(stakes.subList(i, Math.min(stakes.size(), i + PORTION)), left::add));
    }
    now.stakes = left;
    now.untold = false; // the caller hears of all that there is
    begin(now);
    done = now.isDone();
    housekeeping.afterCommit(true);
    return all;
  }

  void tell(Ownership newOwnership) {
    ownership = newOwnership;
  }

  /// The lease is this node's, by this name. Returns at once; called by the lease's thread.
  void renewed(String node, boolean gone) {
    if (!work.node.equals(node)) {
      if (!work.node.isEmpty()) {
        // Before anybody could hear of it: what was claimed at the start is not this node's now.
        ownership.lost();
      }
      begin(new Estate(node));
    }
    if (ownership.isClosed()) {
      return; // others are to take it over, who do not leave
    }
    boolean any = !done || !doubts.isEmpty() || gone;
    if (any && busy.compareAndSet(false, true)) {
      execute();
    }
  }

  private void execute() {
    boolean begun = false;
    try {
      thread.execute(this::run);
      begun = true;
    } finally {
      if (!begun) {
        busy.set(false); // there was no thread to be had; tried again at the next renewal
      }
    }
  }

  private void begin(Estate next) {
    telling.lock();
    try {
      work = next;
    } finally {
      telling.unlock();
    }
  }

  /// The lease was lost, and with it all that came by this name. Called by the lease's thread.
  void lost() {
    telling.lock();
    try {
      work = new Estate("");
      doubts.clear();
      ownership.lost();
    } finally {
      telling.unlock();
    }
  }

  private void run() {
    Estate now = work;
    try {
      if (!now.node.isEmpty() && !ownership.isClosed()) {
        take(now, false);
        goOn(now);
      }
      failed = false;
    } catch (RuntimeException | Error e) {
      if (!failed) {
        LOG.warn("Jobs of nodes that are gone are taken over later: {}", e.toString());
      }
      failed = true;
    } finally {
      done = now.isDone();
      busy.set(false);
    }
  }

  /// @param isStart waits for another node that takes over, which else takes what there is
  private void take(Estate now, boolean isStart) {
    AtomicReference<Map<JobId, Doubts.Doubt>> doubted = new AtomicReference<>(Map.of());
    Optional<List<Stake>> taken =
        writer.inTransaction(
            jdbc -> {
              if (!NodeRows.isAlone(jdbc, isStart)) {
                return Optional.empty();
              }
              // Waits for what those who are gone take on this moment, and has nothing yet.
              NodeRows.forgetGone(jdbc);
              List<Stake> mine = new ArrayList<>(Claims.confirmed(jdbc, now.node, now.unsure));
              // Not before it is this transaction's turn: some may have been tried again.
              doubted.set(doubts.all());
              mine.addAll(again(jdbc, now, doubted.get()));
              // Before the first claim: what that takes is this node's.
              List<String> gone = new ArrayList<>(NodeRows.forgotten(jdbc));
              gone.remove(now.node);
              // Waits for jobs that come with the duty held, which are then seen.
              Duties.take(jdbc, now.node, gone);
              if (isStart) {
                mine.addAll(Claims.take(jdbc, now.node, now.node));
              }
              gone.forEach(owner -> mine.addAll(Claims.take(jdbc, owner, now.node)));
              Dependencies.releaseEnded(jdbc);
              now.unsure = List.copyOf(mine);
              now.untold |= !gone.isEmpty();
              return Optional.of(now.unsure);
            },
            (jdbc, mine) -> isThere(jdbc, now.node, mine.orElse(List.of())));
    taken.ifPresent(stakes -> {
      Set<Stake> all = new HashSet<>(now.stakes);
      all.addAll(stakes);
      now.stakes = all.stream().sorted(Comparator.comparing(stake -> stake.job().text())).toList();
      now.unsure = List.of();
      now.astray = List.of();
      doubts.settle(doubted.get());
    });
  }

  /// What this node may have otherwise in mind than it is stored.
  private static List<Stake> again(
      JdbcTemplate jdbc, Estate now, Map<JobId, Doubts.Doubt> doubted) {
    doubted.forEach((job, doubt) -> {
      if (doubt.accepted()) {
        Claims.takeBack(jdbc, now.node, job);
      }
    });
    List<JobId> jobs = new ArrayList<>(doubted.keySet());
    jobs.addAll(now.astray);
    return Claims.again(jdbc, now.node, jobs);
  }

  /// Waits for the server to be done with the transaction, if it still is at it.
  private static boolean isThere(JdbcTemplate jdbc, String node, List<Stake> stakes) {
    NodeRows.isAlone(jdbc, true);
    return Claims.confirmed(jdbc, node, stakes).size() == stakes.size();
  }

  private void goOn(Estate now) {
    List<Stake> stakes = now.stakes;
    List<Stake> left = new ArrayList<>();
    for (int i = 0; now.untold || i < stakes.size(); i += PORTION) {
      List<Stake> portion = stakes.subList(i, Math.min(stakes.size(), i + PORTION));
      List<Claimed> read = reader.read(portion, left::add);
      telling.lock();
      try {
        if (closed || work != now) {
          return;
        }
        now.stakes =
            new ArrayList<>(stakes.subList(Math.min(stakes.size(), i + PORTION), stakes.size()));
        now.stakes.addAll(left);
        if (now.untold || !read.isEmpty()) {
          List<Stake> again = tell(now, read);
          left.addAll(again);
          now.stakes.addAll(again);
        }
      } finally {
        telling.unlock();
      }
    }
    housekeeping.afterCommit(true);
  }

  /// @return those that cannot go on now
  private List<Stake> tell(Estate now, List<Claimed> read) {
    try {
      List<Claimed> left = ownership.taken(read);
      now.untold = false;
      return left.stream().map(claimed -> new Stake(claimed.job().id(), claimed.epoch())).toList();
    } catch (RuntimeException | Error e) {
      now.astray = read.stream().map(claimed -> claimed.job().id()).toList();
      throw e;
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.shutdown();
    try {
      if (!thread.awaitTermination(LONGEST_STOP_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("Jobs are still being taken over; others take them over later");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
