package dev.manyhands.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.Chunk;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.Stint;
import dev.manyhands.job.TaskError;
import dev.manyhands.pool.ChunkSink;

/// Brings the outcomes of one chunk to its owner, in messages of a bounded size; a value that is
/// larger goes in pieces. The worker does not wait for the broker, unless too much waits.
final class Replies implements ChunkSink {
  /// No outcomes have it, which have the index of their first task.
  private static final int END_NUMBER = -1;

  /// What became of a message, the worst last.
  private enum Went {
    TO_ITS_OWNER,
    /// A mistake of this node's own: nothing more is told, and the owner, who hears that the chunk
    /// is here no more, misses what it was not told. It is not told that the rest was not started.
    NOWHERE,
    /// This node stops: the broker gives the chunk to another.
    NOT_YET
  }

  private final String token;
  private final String owner;
  private final String node;
  private final int maxBytes;
  private final Outbox outbox;
  private final Runnable atEnd;

  @GuardedBy("this")
  private int onTheWay = 1;

  @GuardedBy("this")
  private int told;

  @GuardedBy("this")
  private boolean isEndNeeded;

  @GuardedBy("this")
  private boolean isClosed;

  /// The worst that became of a message.
  @GuardedBy("this")
  private Went worst = Went.TO_ITS_OWNER;

  /// @param maxBytes of a message, or of a piece of one
  /// @param atEnd runs once, last, when the broker has all that was sent
  Replies(String token, String owner, String node, int maxBytes, Outbox outbox, Runnable atEnd) {
    this.token = token;
    this.owner = owner;
    this.node = node;
    this.maxBytes = maxBytes;
    this.outbox = outbox;
    this.atEnd = atEnd;
  }

  @Override
  public void outcomes(Chunk chunk, Outcomes outcomes) {
    synchronized (this) {
      if (isClosed) {
        return;
      }
      told += outcomes.count();
      onTheWay++;
    }
    Went went = Went.NOWHERE;
    try {
      send(named(outcomes));
      went = Went.TO_ITS_OWNER;
    } finally {
      arrived(went);
    }
  }

  private void send(Outcomes outcomes) {
    int half = outcomes.count() / 2;
    if (outcomes.values().length() > maxBytes && half > 0) {
      send(outcomes.slice(outcomes.first(), half));
      send(outcomes.slice(outcomes.first() + half, outcomes.count() - half));
      return;
    }
    byte[] body = OutcomeMessage.of(token, outcomes).write();
    if (body.length > Piece.MAX_TOTAL) {
      send(tooLarge(outcomes, body.length));
    } else {
      send(outcomes.first(), body);
    }
  }

  /// Whose worker it was.
  private Outcomes named(Outcomes told) {
    Stint stint = told.stint();
    return new Outcomes(
        told.first(),
        told.values(),
        told.failures(),
        told.times(),
        told.output(),
        new Stint(stint.worker() + "@" + node, stint.startedAt(), stint.endedAt()));
  }

  private Outcomes tooLarge(Outcomes told, int bytes) {
    TaskError error =
        TaskError.result(
            "expected a value that travels between nodes in "
                + Piece.MAX_TOTAL
                + " bytes, got one of "
                + bytes);
    return Failed.all(told.first(), told.count(), Outcome.FAILED, error, told.stint().worker());
  }

  /// The end follows the outcomes, which overtake each other on their way; an owner that has heard
  /// of every task needs none.
  @Override
  public void ended(Chunk chunk) {
    end(isOpen(chunk));
  }

  private synchronized boolean isOpen(Chunk chunk) {
    return told < chunk.count();
  }

  /// This node gives the chunk up: what it had no outcome for counts as not started.
  void giveBack() {
    end(true);
  }

  private void end(boolean needsEnd) {
    synchronized (this) {
      if (isClosed) {
        return;
      }
      isClosed = true;
      isEndNeeded = needsEnd;
    }
    arrived(Went.TO_ITS_OWNER);
  }

  /// @param number of the message among those of this chunk
  private void send(int number, byte[] body) {
    outbox.enter(body.length);
    synchronized (this) {
      onTheWay++;
    }
    Thread.ofVirtual()
        .name("reply")
        .start(() -> {
          Went went = Went.NOWHERE;
          try {
            boolean kept =
                body.length <= maxBytes
                    ? outbox.deliver(owner, body)
                    : outbox.deliverInPieces(owner, token, number, body, maxBytes);
            went = kept ? Went.TO_ITS_OWNER : Went.NOT_YET;
          } finally {
            outbox.leave(body.length);
            arrived(went);
          }
        });
  }

  private void arrived(Went went) {
    boolean sendsEnd;
    boolean isOver;
    synchronized (this) {
      worst = went.compareTo(worst) > 0 ? went : worst;
      boolean last = --onTheWay == 0;
      sendsEnd = last && worst == Went.TO_ITS_OWNER && isEndNeeded;
      isOver = last && worst != Went.NOT_YET && !sendsEnd;
      isEndNeeded &= !sendsEnd;
    }
    if (sendsEnd) {
      send(END_NUMBER, OutcomeMessage.of(token, OutcomeMessage.Kind.END).write());
    } else if (isOver) {
      atEnd.run();
    }
  }
}
