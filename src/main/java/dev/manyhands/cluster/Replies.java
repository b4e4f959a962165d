package dev.manyhands.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.Chunk;
import dev.manyhands.job.Failure;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.Stint;
import dev.manyhands.job.TaskError;
import dev.manyhands.pool.ChunkSink;
import java.util.List;
import java.util.function.Consumer;

/// Brings the outcomes of one chunk to its owner, in messages of a bounded size; the worker does
/// not wait for the broker.
final class Replies implements ChunkSink {
  private final String token;
  private final String owner;
  private final String node;
  private final long maxBytes;
  private final Post post;
  private final Consumer<Boolean> atEnd;

  @GuardedBy("this")
  private int onTheWay = 1;

  @GuardedBy("this")
  private int told;

  @GuardedBy("this")
  private boolean isWhole;

  @GuardedBy("this")
  private boolean isKept = true;

  /// @param atEnd runs once, last: whether the broker has all that was sent
  Replies(
      String token, String owner, String node, long maxBytes, Post post, Consumer<Boolean> atEnd) {
    this.token = token;
    this.owner = owner;
    this.node = node;
    this.maxBytes = maxBytes;
    this.post = post;
    this.atEnd = atEnd;
  }

  @Override
  public void outcomes(Chunk chunk, Outcomes outcomes) {
    synchronized (this) {
      told += outcomes.count();
    }
    send(named(outcomes));
  }

  private void send(Outcomes outcomes) {
    byte[] body = new OutcomeMessage(token, outcomes).write();
    if (body.length <= maxBytes) {
      send(body);
    } else if (outcomes.count() > 1) {
      int half = outcomes.count() / 2;
      send(outcomes.slice(outcomes.first(), half));
      send(outcomes.slice(outcomes.first() + half, outcomes.count() - half));
    } else {
      send(tooLarge(outcomes, body.length));
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
            "expected a value that a message of "
                + maxBytes
                + " bytes holds (manyhands.cluster.max-message), got a message of "
                + bytes);
    return new Outcomes(
        told.first(),
        JsonLines.of("null\n"),
        List.of(new Failure(told.first(), Outcome.FAILED, error)),
        told.times(),
        List.of(),
        told.stint());
  }

  /// The end follows the outcomes, which overtake each other on their way; an owner that has heard
  /// of every task needs none.
  @Override
  public void ended(Chunk chunk) {
    synchronized (this) {
      isWhole = told == chunk.count();
    }
    arrived(true);
  }

  private void send(byte[] body) {
    synchronized (this) {
      onTheWay++;
    }
    Thread.ofVirtual().name("reply").start(() -> arrived(deliver(body)));
  }

  /// Nobody waits for the outcomes of an owner whose queue is gone.
  private boolean deliver(byte[] body) {
    return post.send(Names.owner(owner), body, null) != Post.Fate.UNKNOWN;
  }

  private void arrived(boolean kept) {
    boolean last;
    boolean all;
    synchronized (this) {
      isKept &= kept;
      all = isKept;
      last = --onTheWay == 0;
    }
    if (last && isEndSent()) {
      atEnd.accept(all);
    } else if (last) {
      send(new OutcomeMessage(token, null).write());
    }
  }

  private synchronized boolean isEndSent() {
    boolean before = isWhole || !isKept;
    isWhole = true;
    return before;
  }
}
