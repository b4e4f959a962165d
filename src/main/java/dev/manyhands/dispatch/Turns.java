package dev.manyhands.dispatch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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

  /// The oldest first, but for those that were looked at in vain among very many.
  private final LinkedHashMap<Long, Turn> turns = new LinkedHashMap<>();

  /// In the order in which they were cut.
  private final LinkedHashMap<Long, Turn> cut = new LinkedHashMap<>();

  private long due = Long.MAX_VALUE;

  private static final class Turn {
    final long chunk;
    final Handed out;

    /// When it began, or last told of outcomes.
    long heard;

    /// When it was cut, if it was.
    long cutAt;

    Turn(long chunk, Handed out) {
      this.chunk = chunk;
      this.out = out;
      this.heard = out.since();
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
    turns.remove(chunk);
    return cut.remove(chunk) != null;
  }

  /// Cuts chunks whose turn is over, the oldest first.
  ///
  /// @param wanted workers that are waited for
  /// @param newcomers of the jobs that wait for them, those that never had one
  /// @param gives whether a chunk's job has to make way
  List<Long> over(int wanted, int newcomers, Predicate<ActiveJob> gives, long now) {
    int forNew = CHOICES * newcomers;
    due = Long.MAX_VALUE;
    List<Long> over = new ArrayList<>(1);
    List<Turn> inVain = new ArrayList<>(0);
    int given = coming(now);
    int looks = 0;
    for (Turn turn : turns.values()) {
      if (given >= Math.max(wanted, forNew) || ++looks > MOST_LOOKS) {
        break;
      }
      if (turn.out.job().gone || !gives.test(turn.out.job())) {
        inVain.add(turn);
        continue;
      }
      long end = turn.out.since() + (given < forNew ? SHORT_TURN_NANOS : TURN_NANOS);
      if (now >= end) {
        over.add(turn.chunk);
        given++;
      } else {
        due = Math.min(due, end);
      }
    }
    lookAtOthersNext(inVain, looks, now);
    return cut(over, now);
  }

  /// Cuts chunks with work for workers that have none, those with the most left first.
  ///
  /// @param idle workers
  /// @param takes whether more of a job may run at once
  List<Long> shared(int idle, Predicate<ActiveJob> takes, long now) {
    due = Long.MAX_VALUE;
    List<Turn> most = new ArrayList<>();
    List<Turn> inVain = new ArrayList<>(0);
    int looks = 0;
    for (Turn turn : turns.values()) {
      if (++looks > MOST_LOOKS) {
        break;
      }
      ActiveJob job = turn.out.job();
      if (turn.out.open().size() <= 1 || job.gone || !takes.test(job)) {
        inVain.add(turn);
      } else if (turn.left(now) >= WORTH_NANOS) {
        most.add(turn);
      } else {
        due =
            Math.min(due, turn.heard + job.pace.expected(turn.out.open().size()) + LATE_NANOS + 1);
      }
    }
    lookAtOthersNext(inVain, looks, now);
    most.sort((a, b) -> Long.compare(b.left(now), a.left(now)));
    return cut(
        most.stream().limit(Math.max(0, idle - coming(now))).map(turn -> turn.chunk).toList(), now);
  }

  /// Workers that are on their way, as far as it matters; one that does not come back in a turn
  /// runs a long task.
  private int coming(long now) {
    int coming = 0;
    for (Turn turn : cut.sequencedValues().reversed()) {
      if (now - turn.cutAt >= TURN_NANOS || coming == MOST_LOOKS) {
        break;
      }
      coming++;
      due = Math.min(due, turn.cutAt + TURN_NANOS);
    }
    return coming;
  }

  /// Those that cannot be cut now must not hide the ones behind them, however many they are and
  /// however long they stay.
  private void lookAtOthersNext(List<Turn> inVain, int looks, long now) {
    if (looks > MOST_LOOKS && !inVain.isEmpty()) {
      inVain.forEach(turn -> turns.putLast(turn.chunk, turn));
      due = Math.min(due, now + TURN_NANOS);
    }
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
    Turn turn = turns.remove(chunk);
    if (turn == null) {
      return false;
    }
    turn.cutAt = now;
    cut.put(chunk, turn);
    return true;
  }

  /// When a look is worth it, if nothing happens before; the greatest number: never.
  long due() {
    return due;
  }
}
