package dev.manyhands.cluster;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/// What this node asks the owners of chunks that may run only once. Safe for use by several
/// threads.
final class Claims {
  /// An answer is told to all nodes as well as it goes: what was not heard is asked again.
  private static final Duration AGAIN = Duration.ofSeconds(1);

  /// An owner of which nothing was heard in so many tries is gone. Whoever has its jobs now knows
  /// none of its tokens; if it comes back it misses the chunk, and hands it out again.
  private static final int MOST_TRIES = 10;

  /// How an owner answers.
  enum Answer {
    /// This node runs it.
    GRANTED,
    /// Nobody does, or another node: this message is of no use.
    REFUSED,
    /// None came.
    NONE
  }

  private record Asked(String by, CompletableFuture<Answer> answer) {}

  private final String node;
  private final HeardNodes nodes;
  private final Outbox outbox;
  private final AtomicLong last = new AtomicLong();
  private final Map<String, Asked> byToken = new ConcurrentHashMap<>();

  Claims(HeardNodes nodes, Outbox outbox) {
    this.node = nodes.self();
    this.nodes = nodes;
    this.outbox = outbox;
  }

  /// Asks until there is an answer.
  ///
  /// @param gaveUp whether it is of no use to ask any longer
  Answer ask(String owner, String token, BooleanSupplier gaveUp) throws InterruptedException {
    Asked asked = new Asked(node + "/" + last.incrementAndGet(), new CompletableFuture<>());
    byte[] claim = new Claim(token, asked.by()).write();
    byToken.put(token, asked);
    try {
      int tries = 0;
      while (!gaveUp.getAsBoolean() && outbox.deliver(owner, claim)) {
        try {
          return asked.answer().get(AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          tries = nodes.knows(owner) ? 0 : tries + 1;
        }
        if (tries == MOST_TRIES) {
          return Answer.REFUSED;
        }
      }
      return Answer.NONE;
    } catch (ExecutionException e) {
      throw new IllegalStateException("an answer is no failure", e);
    } finally {
      byToken.remove(token, asked);
    }
  }

  /// An owner has answered somebody.
  void answered(Grant grant) {
    Asked asked = byToken.get(grant.token());
    if (asked != null) {
      asked.answer().complete(grant.by().equals(asked.by()) ? Answer.GRANTED : Answer.REFUSED);
    }
  }
}
