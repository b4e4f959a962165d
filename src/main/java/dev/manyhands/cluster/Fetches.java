package dev.manyhands.cluster;

import dev.manyhands.job.JsonLines;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.core.Message;

/// What this node asks the owners of its chunks for: inputs that are too large for a message, one
/// piece after the other, so that little of them is on its way at once. Safe for use by several
/// threads.
final class Fetches {
  private static final Logger log = LoggerFactory.getLogger(Fetches.class);

  /// An answer comes as well as it goes: what has not come is asked for again.
  private static final Duration AGAIN = Duration.ofSeconds(1);

  /// As of [Claims]: an owner of which nothing was heard in so many tries is gone.
  private static final int MOST_TRIES = 10;

  private record Asked(int at, int total, CompletableFuture<Piece> piece) {
    boolean isAnsweredBy(Piece come) {
      return come.at() == at && come.total() == total;
    }
  }

  private final HeardNodes nodes;
  private final Outbox outbox;
  private final Dropped dropped;
  private final Map<String, Asked> byToken = new ConcurrentHashMap<>();

  Fetches(HeardNodes nodes, Outbox outbox, Dropped dropped) {
    this.nodes = nodes;
    this.outbox = outbox;
    this.dropped = dropped;
  }

  /// Returns when the input is here; none if it will not be.
  ///
  /// @param total bytes of it
  /// @param gaveUp whether it is of no use to ask any longer
  Optional<JsonLines> fetch(String owner, String token, int total, BooleanSupplier gaveUp)
      throws InterruptedException {
    byte[] input = new byte[total];
    int tries = 0;
    for (int at = 0; at < total; ) {
      Piece piece = gaveUp.getAsBoolean() ? null : ask(owner, token, at, total);
      if (piece != null) {
        System.arraycopy(piece.bytes(), 0, input, at, piece.bytes().length);
        at += piece.bytes().length;
        tries = 0;
      } else {
        tries = nodes.knows(owner) ? 0 : tries + 1;
        if (gaveUp.getAsBoolean() || tries == MOST_TRIES) {
          return Optional.empty();
        }
      }
    }
    return Optional.of(Lines.of(input));
  }

  private @Nullable Piece ask(String owner, String token, int at, int total)
      throws InterruptedException {
    Asked asked = new Asked(at, total, new CompletableFuture<>());
    byToken.put(token, asked);
    try {
      return outbox.deliver(owner, new Want(token, nodes.self(), at).write())
          ? asked.piece().get(AGAIN.toMillis(), TimeUnit.MILLISECONDS)
          : null;
    } catch (TimeoutException e) {
      return null;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a piece is no failure", e);
    } finally {
      byToken.remove(token, asked);
    }
  }

  /// A message of this node's queue, which may be anybody's.
  void arrived(Message message) {
    try {
      Piece piece =
          Piece.of(Parts.read(message.getBody(), OutcomeMessage.PARTS))
              .orElseThrow(() -> new IllegalArgumentException("expected a piece of an input"));
      Asked asked = byToken.get(piece.token());
      if (asked == null || !asked.isAnsweredBy(piece)) {
        dropped.count(Dropped.Reason.UNKNOWN);
      } else {
        asked.piece().complete(piece);
      }
    } catch (IllegalArgumentException e) {
      dropped.count(e);
      log.warn("a message was dropped that is no input: {}", e.getMessage());
    }
  }
}
