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

  /// How often it is looked whether an input is still wanted, and can still come; and how long the
  /// first answer is waited for. An answer comes as well as it goes: what has not come is asked for
  /// again.
  private static final Duration LOOK = Duration.ofSeconds(1);

  /// Looks before the same piece is asked for again, at most: each time it is waited for twice as
  /// long, since on a slow way the answers queue up, and more of them than get through would come
  /// on top of each other for ever.
  private static final int MOST_LOOKS = 10;

  /// As of [Claims]: an owner of which nothing was heard at so many looks is gone.
  private static final int MOST_SILENT = 10;

  private record Asked(int at, int total, CompletableFuture<Piece> piece) {
    boolean isAnsweredBy(Piece come) {
      return come.at() == at && come.total() == total;
    }
  }

  private final HeardNodes nodes;
  private final Outbox outbox;
  private final Dropped dropped;
  private final Duration look;
  private final Map<String, Asked> byToken = new ConcurrentHashMap<>();

  Fetches(HeardNodes nodes, Outbox outbox, Dropped dropped) {
    this(nodes, outbox, dropped, LOOK);
  }

  /// @param look as [#LOOK]
  Fetches(HeardNodes nodes, Outbox outbox, Dropped dropped, Duration look) {
    this.nodes = nodes;
    this.outbox = outbox;
    this.dropped = dropped;
    this.look = look;
  }

  /// Returns when the input is here; none if it will not be.
  ///
  /// @param total bytes of it
  /// @param gaveUp whether it is of no use to ask any longer
  Optional<JsonLines> fetch(String owner, String token, int total, BooleanSupplier gaveUp)
      throws InterruptedException {
    byte @Nullable [] input = null; // a message may say any length
    Asking asking = new Asking(owner, token, total, gaveUp);
    for (int at = 0; at < total; ) {
      Piece piece = asking.ask(at);
      if (piece == null) {
        return Optional.empty();
      }
      input = input == null ? new byte[total] : input;
      System.arraycopy(piece.bytes(), 0, input, at, piece.bytes().length);
      at += piece.bytes().length;
    }
    return Optional.ofNullable(input).map(Lines::of);
  }

  /// One input, as it is asked for.
  private final class Asking {
    private final String owner;
    private final String token;
    private final int total;
    private final BooleanSupplier gaveUp;

    /// Looks before a piece is asked for again. What one piece took the next will take too.
    private int patience = 1;

    Asking(String owner, String token, int total, BooleanSupplier gaveUp) {
      this.owner = owner;
      this.token = token;
      this.total = total;
      this.gaveUp = gaveUp;
    }

    /// @return none if it will not come
    @Nullable Piece ask(int at) throws InterruptedException {
      Asked asked = new Asked(at, total, new CompletableFuture<>());
      byToken.put(token, asked);
      try {
        byte[] want = new Want(token, nodes.self(), at).write();
        int silent = 0;
        for (int looks = 0; !gaveUp.getAsBoolean() && silent < MOST_SILENT; ) {
          if (looks == 0 && !outbox.deliver(owner, want)) {
            return null;
          }
          Piece piece = await(asked);
          if (piece != null) {
            return piece;
          }
          silent = nodes.knows(owner) ? 0 : silent + 1;
          if (++looks == patience) {
            looks = 0;
            patience = Math.min(2 * patience, MOST_LOOKS);
          }
        }
        return null;
      } finally {
        byToken.remove(token, asked);
      }
    }
  }

  private @Nullable Piece await(Asked asked) throws InterruptedException {
    try {
      return asked.piece().get(look.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return null;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a piece is no failure", e);
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
