package dev.manyhands.dispatch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// The chunks of one lane that can be cut, the oldest first: which of them start nothing more, so
/// that another gets their worker, or their tasks get another worker.
///
/// A chunk may be long, since hand-overs cost, and yet nobody waits for its end: when a job that
/// has no worker waits for one, a chunk keeps its own for a turn only (time slices of a scheduler
/// of processes); and when a worker has nothing to do, the chunk with the most left gives it some
/// of that (work stealing). Only the scheduler touches it.
final class Turns {
  /// So long a chunk keeps its worker while a job that has none waits.
  static final long TURN_NANOS = 20_000_000;

  /// And so long while one waits that never had a worker: most such jobs are short, and each is new
  /// only once, so that this costs some hand-overs a job at most.
  static final long SHORT_TURN_NANOS = 2_000_000;

  /// Chunks that are cut for such a job, since no one knows which of them ends its task first (the
  /// power of two choices, Mitzenmacher 2001).
  private static final int CHOICES = 2;

  /// Less work than this is not worth a cut and a hand-over.
  static final long WORTH_NANOS = 10_000_000;

  /// Who is so much later than expected is stuck in a long task, and the tasks behind it are better
  /// off elsewhere; or it has outcomes that it did not tell, as nobody waits for them, and does so
  /// when it is cut.
  private static final long LATE_NANOS = 100_000_000;

  /// Chunks looked at in one event, lest a pool of ten thousand workers costs each event that much.
  private static final int MOST_LOOKS = 64;

  private final Map<Long, Turn> turns = new LinkedHashMap<>();
  private long due = Long.MAX_VALUE;

  private static final class Turn {
    final long chunk;
    final Handed out;

    /// When it began, or last told of outcomes.
    long heard;

    /// When it was cut; the greatest number: it was not.
    long cutAt = Long.MAX_VALUE;

    Turn(long chunk, Handed out) {
      this.chunk = chunk;
      this.out = out;
      this.heard = out.since();
    }

    boolean isCut() {
      return cutAt < Long.MAX_VALUE;
    }

    /// Whether its worker is on its way; one that does not come back in a turn runs a long task.
    boolean comesBack(long now) {
      return isCut() && now - cutAt < TURN_NANOS;
    }

    /// The work that has not been begun, as far as is known; nanoseconds.
    long left(long now) {
      long ran = now - heard;
      int open = out.open().size();
      long expected = out.job().pace.expected(open);
      if (ran > expected + LATE_NANOS) {
        return Long.MAX_VALUE;
      }
      return Math.min(expected - ran, out.job().pace.expected(open - 1));
    }
  }

  /// A worker gets a chunk. One of a single task cannot be cut.
  void begin(long chunk, Handed out) {
    if (out.count() > 1) {
      turns.put(chunk, new Turn(chunk, out));
    }
  }

  /// Some of its tasks have ended.
  void heard(long chunk, long now) {
    Turn turn = turns.get(chunk);
    if (turn != null) {
      turn.heard = now;
    }
  }

  /// @return whether it was cut
  boolean end(long chunk) {
    Turn turn = turns.remove(chunk);
    return turn != null && turn.isCut();
  }

  /// Cuts chunks whose turn is over, the oldest first.
  ///
  /// @param wanted workers that are waited for
  /// @param newcomers of the jobs that wait for them, those that never had one
  /// @param gives whether a chunk's job has to make way
  List<Long> over(int wanted, int newcomers, Predicate<ActiveJob> gives, long now) {
    int forNew = CHOICES * newcomers;
    due = Long.MAX_VALUE;
    List<Long> cut = new ArrayList<>(1);
    int coming = 0;
    int looks = 0;
    for (Turn turn : turns.values()) {
      int given = cut.size() + coming;
      if (given >= Math.max(wanted, forNew) || ++looks > MOST_LOOKS) {
        break;
      }
      if (turn.isCut()) {
        if (turn.comesBack(now)) {
          coming++;
          due = Math.min(due, turn.cutAt + TURN_NANOS);
        }
      } else if (!turn.out.job().gone && gives.test(turn.out.job())) {
        boolean isForNew = given < forNew;
        long over = turn.out.since() + (isForNew ? SHORT_TURN_NANOS : TURN_NANOS);
        if (now >= over) {
          cut.add(turn.chunk);
        } else {
          due = Math.min(due, over);
        }
      }
    }
    return cut(cut, now);
  }

  /// Cuts chunks with work for workers that have none, those with the most left first.
  ///
  /// @param idle workers
  /// @param takes whether more of a job may run at once
  List<Long> shared(int idle, Predicate<ActiveJob> takes, long now) {
    due = Long.MAX_VALUE;
    List<Turn> most = new ArrayList<>();
    int looks = 0;
    for (Turn turn : turns.values()) {
      if (++looks > MOST_LOOKS) {
        break;
      }
      ActiveJob job = turn.out.job();
      if (turn.isCut()) {
        idle -= turn.comesBack(now) ? 1 : 0;
      } else if (turn.out.open().size() > 1 && !job.gone && takes.test(job)) {
        if (turn.left(now) >= WORTH_NANOS) {
          most.add(turn);
        } else {
          due =
              Math.min(
                  due, turn.heard + job.pace.expected(turn.out.open().size()) + LATE_NANOS + 1);
        }
      }
    }
    most.sort((a, b) -> Long.compare(b.left(now), a.left(now)));
    return cut(most.stream().limit(Math.max(0, idle)).map(turn -> turn.chunk).toList(), now);
  }

  /// Nobody waits for a turn's end.
  List<Long> none() {
    due = Long.MAX_VALUE;
    return List.of();
  }

  private List<Long> cut(List<Long> chunks, long now) {
    chunks.forEach(chunk -> cut(chunk, now));
    return chunks;
  }

  /// The chunk is cut, for whatever reason; false if it was before, or has a single task.
  boolean cut(long chunk, long now) {
    Turn turn = turns.get(chunk);
    if (turn == null || turn.isCut()) {
      return false;
    }
    turn.cutAt = now;
    return true;
  }

  /// When a look is worth it, if nothing happens before; the greatest number: never.
  long due() {
    return due;
  }
}
