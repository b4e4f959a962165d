package dev.manyhands.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.pool.PoolKind;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.Message;

class OwnerTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ScriptedPost post = new ScriptedPost();
  private final HeardNodes nodes = new HeardNodes("owner-1");
  private final WrittenSink sink = new WrittenSink();
  private final BrokerPool.Shared shared =
      new BrokerPool.Shared("owner-1", Chunks.SETTINGS, nodes, post);
  private final BrokerPool pool = new BrokerPool("threads", PoolKind.THREADS, shared);
  private final Owner owner =
      new Owner(List.of(pool), new Dropped(meters), shared, new Assembly(this::open));

  private boolean isDiskFull;

  private FileChannel open() throws IOException {
    if (isDiskFull) {
      throw new IOException("No space left on device");
    }
    return PieceFile.open();
  }

  private String token = "";

  @BeforeEach
  void aChunkIsOut() {
    Announcement said =
        new Announcement("worker-1", List.of("worker"), Map.of("threads", 1), List.of(), false);
    nodes.heard(said, 0);
    owner.announced(said, 0);
    assertThat(pool.offer(Chunks.chunk(1, 0, 2, false), sink)).isTrue();
    token = ChunkMessage.read(post.awaitKept(1).body()).token();
  }

  private double dropped(String reason) {
    return meters.get("manyhands.cluster.dropped").tag("reason", reason).counter().count();
  }

  private void answer(byte[] body) {
    owner.answered(new Message(body));
  }

  @Test
  void outcomesInPiecesCount() {
    String large = "\"" + "x".repeat(3000) + "\"\n1\n";
    byte[] whole = OutcomeMessage.of(token, Chunks.outcomes(0, large)).write();
    for (int i = Piece.count(whole.length, 1000) - 1; i >= 0; i--) {
      assertThat(sink.heard()).isEmpty();
      answer(Piece.of(token, 0, whole, i, 1000).write());
    }

    assertThat(sink.heard()).containsExactly("0+2", "ended");
  }

  @Test
  void aChunkOfWhichAPieceCannotBeKeptIsLostAtOnceAndOnce() {
    byte[] whole = new byte[3000];
    isDiskFull = true;
    answer(Piece.of(token, 0, whole, 0, 1000).write());
    answer(Piece.of(token, 0, whole, 1, 1000).write());
    answer(OutcomeMessage.of(token, OutcomeMessage.Kind.END).write());

    assertThat(sink.heard()).containsExactly("lost 0+2");
    assertThat(Cancel.of(Parts.read(post.told().getFirst(), 0)))
        .isEqualTo(new Cancel(token, Cancel.WHOLE));
    assertThat(dropped("unknown")).isEqualTo(2);
  }

  /// Else its end would say that what is missing never started.
  @Test
  void aChunkWhoseOutcomeHasToMakeRoomForOthersIsLost() {
    for (int i = 0; sink.heard().isEmpty(); i++) {
      assertThat(i).isLessThan(1000);
      answer(new Piece(token, i, 0, Piece.MAX_TOTAL, new byte[1]).write());
    }
    answer(OutcomeMessage.of(token, OutcomeMessage.Kind.END).write());

    assertThat(sink.heard()).containsExactly("lost 0+2");
  }

  @Test
  void whatIsHostileIsDroppedAndCounted() {
    answer(new byte[0]);
    answer(new byte[] {(byte) 0xac, (byte) 0xed, 0, 5});
    answer(new byte[1 << 20]);
    answer(new byte[] {Parts.VERSION + 1});
    answer(OutcomeMessage.of("f".repeat(32), Chunks.outcomes(0, 2)).write());
    answer(OutcomeMessage.of("f".repeat(32), OutcomeMessage.Kind.END).write());
    answer(Piece.of("f".repeat(32), 0, new byte[10], 0, 5).write());
    answer(OutcomeMessage.of(token, Chunks.outcomes(1, 2)).write());

    assertThat(dropped("malformed")).isEqualTo(4);
    assertThat(dropped("version")).isEqualTo(1);
    assertThat(dropped("unknown")).isEqualTo(3);
    assertThat(sink.heard()).isEmpty();
  }

  private Grant granted(int n) {
    return Grant.of(Parts.read(post.told().get(n), 0));
  }

  @Test
  void ofAllWhoClaimAChunkOneIsToldToRunIt() {
    answer(new Claim(token, "node-1/1").write());
    answer(new Claim(token, "node-2/1").write());
    answer(new Claim("f".repeat(32), "node-2/2").write());

    assertThat(granted(0)).isEqualTo(new Grant(token, "node-1/1"));
    assertThat(granted(1)).isEqualTo(new Grant(token, "node-1/1"));
    assertThat(granted(2)).isEqualTo(new Grant("f".repeat(32), Grant.NOBODY));
    assertThat(dropped("unknown")).isEqualTo(1);
  }

  @Test
  void whatANodeOfAnotherVersionCannotReadIsHandedOutAgain() {
    byte[] newer = OutcomeMessage.of(token, OutcomeMessage.Kind.UNREAD).write();
    newer[0] = Parts.VERSION + 1;
    byte[] other = OutcomeMessage.of(token, OutcomeMessage.Kind.END).write();
    other[0] = Parts.VERSION + 1;
    answer(other);
    assertThat(sink.heard()).isEmpty();
    answer(newer);

    assertThat(sink.heard()).containsExactly("ended");
    assertThat(dropped("version")).isEqualTo(2);
  }

  @Test
  void whatComesTwiceCountsOnce() {
    answer(OutcomeMessage.of(token, Chunks.outcomes(0, 1)).write());
    answer(OutcomeMessage.of(token, Chunks.outcomes(0, 1)).write());

    assertThat(dropped("repeated")).isEqualTo(1);
    assertThat(sink.heard()).containsExactly("0+1");
  }

  @Test
  void ofAnInputThatNobodyWantsAnyMoreAllNodesAreTold() {
    answer(new Want("f".repeat(32), "worker-1", 0).write());

    assertThat(Cancel.of(Parts.read(post.told().getFirst(), 0)))
        .isEqualTo(new Cancel("f".repeat(32), Cancel.WHOLE));
    assertThat(dropped("unknown")).isEqualTo(1);
  }

  @Test
  void whoAsksForAnInputGetsIt() {
    answer(new Want(token, "worker-1", 2).write());

    Piece piece =
        Piece.of(Parts.read(post.awaitKept(2).body(), OutcomeMessage.PARTS)).orElseThrow();
    assertThat(piece.bytes()).asString().isEqualTo("1\n");
    assertThat(piece.total()).isEqualTo(4);
  }
}
