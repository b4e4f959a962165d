package dev.manyhands.cluster;

import dev.manyhands.pool.WorkerPool;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.core.Message;

/// The owner's side of the pools of the cluster: outcomes, dead letters and announcements come in
/// here. Whatever comes is untrusted: an outcome counts only with the token of a chunk that is out.
final class Owner implements Events.Hearer {
  private static final Logger log = LoggerFactory.getLogger(Owner.class);

  private final List<BrokerPool> pools;
  private final Dropped dropped;
  private final BrokerPool.Shared shared;
  private final Assembly assembly;

  /// @param shared of those pools
  Owner(List<BrokerPool> pools, Dropped dropped, BrokerPool.Shared shared, Assembly assembly) {
    this.pools = List.copyOf(pools);
    this.dropped = dropped;
    this.shared = shared;
    this.assembly = assembly;
  }

  List<WorkerPool> pools() {
    return List.copyOf(pools);
  }

  /// A message of this node's queue, which may be anybody's.
  void answered(Message message) {
    try {
      Parts parts = Parts.read(message.getBody(), OutcomeMessage.PARTS);
      Piece piece = Piece.of(parts).orElse(null);
      Claim claim = Claim.of(parts).orElse(null);
      Want want = Want.of(parts).orElse(null);
      if (claim != null) {
        answer(claim);
      } else if (want != null) {
        answer(want);
      } else if (piece == null) {
        answered(OutcomeMessage.of(parts));
      } else if (isOut(piece.token())) {
        assemble(piece).ifPresent(whole -> answered(OutcomeMessage.read(whole)));
      } else {
        dropped.count(Dropped.Reason.UNKNOWN);
      }
    } catch (OtherVersion e) {
      dropped.count(e);
      unread(e);
    } catch (IllegalArgumentException e) {
      dropped.count(e);
      log.warn("a message was dropped that is no outcome: {}", e.getMessage());
    }
  }

  /// A piece that the broker gave again would find no more room than it did now.
  private Optional<byte[]> assemble(Piece piece) {
    try {
      Optional<byte[]> whole = assembly.add(piece);
      assembly.takeGivenUp().forEach(this::givenUp);
      return whole;
    } catch (UncheckedIOException e) {
      log.warn(
          "A large outcome could not be kept until it was whole, so its chunk counts as lost. Look"
              + " at the disk of temporary files ({}): {}",
          System.getProperty("java.io.tmpdir"),
          String.valueOf(e.getCause()));
      spoiled(piece.token());
      return Optional.empty();
    }
  }

  private void givenUp(String token) {
    log.warn(
        "A large outcome had to make room for others before it was whole, so its chunk counts as"
            + " lost");
    spoiled(token);
  }

  private void spoiled(String token) {
    pools.forEach(pool -> pool.news().spoiled(token));
  }

  private void unread(OtherVersion answer) {
    String token = answer.text("token").orElse("");
    boolean isUnread =
        answer.text("kind").filter(OutcomeMessage.Kind.UNREAD.word()::equals).isPresent()
            && pools.stream().anyMatch(pool -> pool.news().unread(token));
    if (isUnread) {
      log.warn(
          "A worker node got a chunk that it cannot read, since its messages are of version {} and"
              + " those of this node of {}: the chunk is handed out again. Nodes of both versions"
              + " share a broker; update those of one.",
          answer.version(),
          Parts.VERSION);
    } else {
      log.warn("a message was dropped that cannot be read: {}", answer.getMessage());
    }
  }

  private void answer(Claim claim) {
    Grant grant =
        pools.stream()
            .flatMap(pool -> pool.news().claimed(claim).stream())
            .findFirst()
            .orElse(null);
    if (grant == null) {
      dropped.count(Dropped.Reason.UNKNOWN);
      grant = new Grant(claim.token(), Grant.NOBODY);
    }
    shared.post().tellAll(grant.write());
  }

  /// Of what nobody knows nobody wants the outcomes either.
  private void answer(Want want) {
    if (pools.stream().noneMatch(pool -> pool.news().wanted(want))) {
      dropped.count(Dropped.Reason.UNKNOWN);
      shared.post().tellAll(new Cancel(want.token(), Cancel.WHOLE).write());
    }
  }

  private boolean isOut(String token) {
    return pools.stream().anyMatch(pool -> pool.news().isOut(token));
  }

  private void answered(OutcomeMessage answer) {
    int told =
        pools.stream()
            .flatMap(pool -> pool.news().answered(answer).stream())
            .findFirst()
            .orElse(Integer.MIN_VALUE);
    if (told == Integer.MIN_VALUE) {
      dropped.count(Dropped.Reason.UNKNOWN);
    } else if (told < 0) {
      dropped.count(Dropped.Reason.MALFORMED);
    } else if (told == 0 && answer.outcomes() != null) {
      dropped.count(Dropped.Reason.REPEATED);
    }
  }

  @Override
  public void announced(Announcement said, long nowNanos) {
    pools.forEach(pool -> pool.heard(said, nowNanos));
  }

  @Override
  public void died(String token, boolean mayHaveRun) {
    pools.forEach(pool -> pool.news().died(token, mayHaveRun));
  }

  @Override
  public void resized(Resize resize) {
    pools.forEach(pool -> pool.resized(resize));
  }

  @Override
  public void tick(boolean isAway, long nowNanos) {
    pools.forEach(pool -> pool.tick(isAway, nowNanos));
    assembly.keep(this::isOut);
    shared.inputs().forget(token -> !isOut(token));
  }
}
