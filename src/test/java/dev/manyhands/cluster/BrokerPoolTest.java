package dev.manyhands.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Call;
import dev.manyhands.job.Chunk;
import dev.manyhands.job.Function;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Timeouts;
import dev.manyhands.pool.PoolKind;
import dev.manyhands.testkit.Wait;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BrokerPoolTest {
  private final ScriptedPost post = new ScriptedPost();
  private final HeardNodes nodes = new HeardNodes("owner-1");
  private final WrittenSink sink = new WrittenSink();
  private final BrokerPool pool =
      new BrokerPool(
          "threads",
          PoolKind.THREADS,
          new BrokerPool.Shared("owner-1", Chunks.SETTINGS, nodes, post));

  private final long start = System.nanoTime();

  private long after(int seconds) {
    return start + Duration.ofSeconds(seconds).toNanos();
  }

  private void hear(String... held) {
    Announcement said =
        new Announcement("worker-1", List.of("worker"), Map.of("threads", 2), List.of(held), false);
    nodes.heard(said, start);
    pool.heard(said, start);
  }

  @BeforeEach
  void aWorkerNodeIsThere() {
    hear();
  }

  private String send(int number, boolean once) {
    assertThat(pool.offer(Chunks.chunk(number, 0, 3, once), sink)).isTrue();
    return ChunkMessage.read(post.awaitKept(number).body()).token();
  }

  @Test
  void noMoreIsOutThanTheNodesHaveWorkers() {
    send(1, false);
    send(2, false);

    assertThat(pool.offer(Chunks.chunk(3, 0, 1, false), sink)).isFalse();
    assertThat(pool.busy()).isEqualTo(2);
  }

  @Test
  void theLastOutcomeEndsTheChunkAndARepeatedOneDoesNothing() {
    String token = send(1, false);
    OutcomeMessage answer = OutcomeMessage.of(token, Chunks.outcomes(0, 3));

    assertThat(pool.news().answered(answer)).hasValue(3);
    assertThat(pool.news().answered(answer)).isEmpty();
    assertThat(sink.heard()).containsExactly("0+3", "ended");
  }

  @Test
  void forgedOutcomesCountForNothing() {
    String token = send(1, false);

    assertThat(pool.news().answered(OutcomeMessage.of("f".repeat(32), Chunks.outcomes(0, 3))))
        .isEmpty();
    assertThat(pool.news().answered(OutcomeMessage.of(token, Chunks.outcomes(2, 2)))).hasValue(-1);
    assertThat(sink.heard()).isEmpty();
  }

  @Test
  void whatItsNodeSaysItHasIsNotLostThoughTheBrokerGaveItToAnother() {
    String token = send(1, true);
    pool.news().answered(OutcomeMessage.of(token, OutcomeMessage.Kind.RETURNED));
    hear(token);
    pool.tick(false, after(5));

    assertThat(sink.heard()).isEmpty();
    pool.news().answered(OutcomeMessage.of(token, Chunks.outcomes(0, 3)));
    assertThat(sink.heard()).containsExactly("0+3", "ended");
  }

  @Test
  void whatNoNodeHasWhenTheBrokerGaveItToAnotherIsLost() {
    String token = send(1, false);
    pool.news().answered(OutcomeMessage.of(token, OutcomeMessage.Kind.RETURNED));
    pool.tick(false, after(30));

    assertThat(sink.heard()).containsExactly("lost 0+3");
    assertThat(pool.busy()).isZero();
  }

  @Test
  void whatTheBrokerMayNotHaveEndsUnlessANodeWasHeardToHaveIt() {
    post.next(Post.Fate.UNKNOWN);
    assertThat(pool.offer(Chunks.chunk(1, 0, 3, true), sink)).isTrue();
    Wait.untilSeen("its end", () -> sink.heard().contains("ended"));
    assertThat(pool.busy()).isZero();

    pool.tick(false, after(1));
    post.meets(
        Post.Fate.UNKNOWN,
        body -> {
          String token = ChunkMessage.read(body).token();
          assertThat(pool.news().claimed(new Claim(token, "node-1")))
              .hasValue(new Grant(token, "node-1"));
        });
    assertThat(pool.offer(Chunks.chunk(2, 0, 3, true), sink)).isTrue();
    post.awaitTries(2);
    Wait.untilSeen("its fate", () -> pool.problem().isPresent());
    pool.close();
    assertThat(sink.heard()).containsExactly("ended", "lost 0+3");
  }

  /// Sends a chunk of which nobody knows whether the broker has it.
  private String sendUnsure() {
    AtomicReference<String> token = new AtomicReference<>("");
    post.meets(Post.Fate.UNKNOWN, body -> token.set(ChunkMessage.read(body).token()));
    assertThat(pool.offer(Chunks.chunk(1, 0, 3, false), sink)).isTrue();
    Wait.untilSeen("its fate", () -> pool.problem().isPresent());
    pool.tick(false, System.nanoTime());
    return token.get();
  }

  @Test
  void whatTheBrokerMayHaveIsNotHandedOutAgainWhileItMayRun() {
    String token = sendUnsure();
    assertThat(sink.heard()).isEmpty();
    assertThat(pool.busy()).isEqualTo(1);

    assertThat(pool.news().answered(OutcomeMessage.of(token, Chunks.outcomes(0, 3)))).hasValue(3);
    assertThat(sink.heard()).containsExactly("0+3", "ended");
  }

  /// Looks for the chunk ever later, and finds each time that it has passed the queue.
  ///
  /// @param probes from which place on they are kept
  /// @return how often it was looked for until it ended. A look counts only once the pool knows
  ///   that the chunk may have been in the queue before it
  private int looksUntilItsEnd(int seconds, int probes) {
    AtomicInteger looks = new AtomicInteger();
    Wait.untilSeen(
        "its end",
        () -> {
          int n = looks.incrementAndGet();
          pool.tick(false, after(seconds * n));
          if (!sink.heard().isEmpty()) {
            return true;
          }
          Probe probe =
              Probe.of(Parts.read(post.awaitKept(probes + n - 1).body(), 2)).orElseThrow();
          assertThat(
                  pool.news()
                      .answered(OutcomeMessage.of(probe.token(), OutcomeMessage.Kind.PASSED)))
              .hasValue(0);
          return false;
        });
    assertThat(sink.heard()).containsExactly("ended");
    return looks.get();
  }

  @Test
  void whatIsNowhereAfterAllIsHandedOutAgainAndNobodyRunsItAnyMore() {
    String token = sendUnsure();

    assertThat(looksUntilItsEnd(60, 1)).as("not before it was looked for").isGreaterThan(1);
    Cancel cancel = Cancel.of(Parts.read(post.told().getLast(), 0));
    assertThat(cancel).isEqualTo(new Cancel(token, Cancel.WHOLE));
  }

  @Test
  void nothingIsLostWhileANodeMayHaveItThatHasNotFoundTheBrokerAgain() {
    String token = send(1, false);
    nodes.brokerCameBack(start);
    pool.news().answered(OutcomeMessage.of(token, OutcomeMessage.Kind.RETURNED));
    pool.tick(false, after(10));
    assertThat(sink.heard()).isEmpty();

    hear();
    pool.tick(false, after(10));
    assertThat(sink.heard()).containsExactly("lost 0+3");
  }

  @Test
  void aNodeThatNeverComesBackIsNotWaitedForForEver() {
    String token = send(1, false);
    nodes.brokerCameBack(start);
    pool.news().answered(OutcomeMessage.of(token, OutcomeMessage.Kind.RETURNED));
    pool.tick(false, after(14));

    assertThat(sink.heard()).containsExactly("lost 0+3");
  }

  @Test
  void whatANodeCannotReadIsHandedOutAgain() {
    String token = send(1, false);

    assertThat(pool.news().unread("f".repeat(32))).isFalse();
    assertThat(pool.news().unread(token)).isTrue();
    assertThat(sink.heard()).containsExactly("ended");
  }

  @Test
  void whereAllNodesAreOfAnotherVersionThePoolSaysSo() {
    nodes.heard(new Announcement("worker-1", List.of("worker"), Map.of(), List.of(), true), start);
    // Not past, however long this thread stands still.
    nodes.heardOther(2, after(3600));
    pool.tick(false, after(1));

    assertThat(pool.problem().orElseThrow())
        .isEqualTo(
            "no worker node serves it whose messages are of version 1; there is a node of version"
                + " 2");
  }

  @Test
  void aCutIsToldToAllNodes() {
    String token = send(1, false);
    pool.cut(2);
    pool.cut(1);
    Wait.untilSeen("the cut", () -> !post.told().isEmpty());

    assertThat(post.told()).hasSize(1);
    assertThat(Cut.of(Parts.read(post.told().getFirst(), 0))).isEqualTo(new Cut(token));
  }

  @Test
  void aDeadLetterThatNoNodeHasIsALoss() {
    pool.news().died(send(1, false), true);
    pool.tick(false, after(30));

    assertThat(sink.heard()).containsExactly("lost 0+3");
  }

  /// A node that loses the broker again and again, or a broker that starts again and again, uses up
  /// the deliveries of a chunk that runs all the while.
  @Test
  void whatItsNodeSaysItHasIsNotLostThoughTheBrokerGaveItUp() {
    String token = send(1, true);
    assertThat(pool.news().claimed(new Claim(token, "worker-1/1"))).isPresent();
    pool.news().died(token, true);
    hear(token);
    pool.tick(false, after(5));

    assertThat(sink.heard()).isEmpty();
    pool.news().answered(OutcomeMessage.of(token, Chunks.outcomes(0, 3)));
    assertThat(sink.heard()).containsExactly("0+3", "ended");
  }

  @Test
  void whatWaitsInTheQueueIsLookedForAndNotLost() {
    send(1, false);
    pool.tick(false, after(3600));

    Optional<Probe> probe = Probe.of(Parts.read(post.awaitKept(2).body(), 2));
    assertThat(probe).map(Probe::owner).hasValue("owner-1");
    pool.tick(false, after(7200));
    assertThat(sink.heard()).isEmpty();
  }

  @Test
  void whatIsNotInTheQueueEndsAndIsHandedOutAgain() {
    send(1, false);

    assertThat(looksUntilItsEnd(3600, 2)).as("not before it was looked for").isGreaterThan(1);
  }

  @Test
  void aBrokerThatIsAwayLosesNothing() {
    hear(send(1, true));
    pool.tick(true, after(3600));
    assertThat(pool.problem()).hasValue("the message broker does not answer");
    pool.tick(false, after(1));

    assertThat(sink.heard()).isEmpty();
    assertThat(pool.problem()).isEmpty();
  }

  @Test
  void ofAChunkThatNoMessageHoldsAsMuchGoesAsFits() {
    assertThat(pool.offer(Chunks.chunk(1, 5, 1000, false), sink)).isTrue();
    byte[] body = post.awaitKept(1).body();
    ChunkMessage sent = ChunkMessage.read(body);
    int fitting = sent.inputs().count();

    assertThat(body.length).isBetween(1020, 1024);
    assertThat(fitting).isBetween(2, 999);
    pool.news().answered(OutcomeMessage.of(sent.token(), Chunks.outcomes(5, fitting)));
    assertThat(sink.heard()).containsExactly("5+" + fitting, "ended");
  }

  @Test
  void ofTasksBehindTheFittingOnesNoneIsLost() {
    assertThat(pool.offer(Chunks.chunk(1, 0, 1000, false), sink)).isTrue();
    ChunkMessage sent = ChunkMessage.read(post.awaitKept(1).body());
    pool.news().died(sent.token(), true);
    pool.tick(false, after(30));

    assertThat(sink.heard()).containsExactly("lost 0+" + sent.inputs().count());
  }

  @Test
  void aTaskWhoseFunctionNoMessageHoldsFailsAlone() {
    Call call =
        new Call(
            Chunks.call(false).job(),
            "admin",
            new Function.Python("#" + "x".repeat(1024), "f", null, false),
            Timeouts.NONE);
    Chunk chunk = new Chunk(1, call, 1, 0, 3, () -> JsonLines.of("1\n2\n3\n"));
    assertThat(pool.offer(chunk, sink)).isTrue();
    Wait.untilSeen("its end", () -> sink.heard().contains("ended"));

    assertThat(sink.heard()).containsExactly("0+1", "ended");
  }

  @Test
  void aChunkThatCannotBeMadeAMessageEndsAndIsHandedOutAgain() {
    Supplier<JsonLines> unread =
        () -> {
          throw new AssertionError("by a test");
        };
    assertThat(pool.offer(new Chunk(1, Chunks.call(false), 1, 0, 3, unread), sink)).isTrue();

    Wait.untilSeen("its end", () -> !sink.heard().isEmpty());
    assertThat(sink.heard()).containsExactly("ended");
    send(1, false);
  }

  /// Sends a chunk whose first input no message holds.
  private ChunkMessage sendLarge(String input) {
    Chunk chunk =
        new Chunk(1, Chunks.call(false), 1, 0, 3, () -> JsonLines.of(input + "1\n" + "2\n"));
    assertThat(pool.offer(chunk, sink)).isTrue();
    return ChunkMessage.read(post.awaitKept(1).body());
  }

  @Test
  void anInputThatNoMessageHoldsStaysHereAndIsGivenInPieces() {
    String input = "\"" + "x".repeat(2500) + "\"\n";
    ChunkMessage sent = sendLarge(input);
    assertThat(sent.away()).isEqualTo(input.length());
    assertThat(sent.count()).isEqualTo(1);
    assertThat(sent.inputs().count()).isZero();

    StringBuilder whole = new StringBuilder();
    for (int kept = 2; whole.length() < input.length(); kept++) {
      assertThat(pool.news().wanted(new Want(sent.token(), "worker-1", whole.length()))).isTrue();
      ScriptedPost.Sent piece = post.awaitKept(kept);
      assertThat(piece.queue()).isEqualTo("manyhands.inputs.worker-1");
      assertThat(piece.body().length).isLessThan(1200);
      whole.append(
          new String(
              Piece.of(Parts.read(piece.body(), OutcomeMessage.PARTS)).orElseThrow().bytes(),
              StandardCharsets.UTF_8));
    }
    assertThat(whole).hasToString(input);
    pool.news().answered(OutcomeMessage.of(sent.token(), Chunks.outcomes(0, 1)));
    assertThat(sink.heard()).containsExactly("0+1", "ended");
  }

  @Test
  void aNodeThatAsksForAnInputHasItsChunk() {
    ChunkMessage sent = sendLarge("\"" + "x".repeat(2500) + "\"\n");
    assertThat(pool.news().wanted(new Want(sent.token(), "worker-1", 0))).isTrue();
    post.awaitKept(2);
    pool.news().unread(sent.token());

    assertThat(sink.heard()).as("a second copy of it was not read").isEmpty();
  }

  @Test
  void aNewSizeHoldsForAllOwners() {
    pool.resize(1);
    Resize told = Resize.of(Parts.read(post.told().getFirst(), 0));
    assertThat(told).isEqualTo(new Resize("threads", 1));
    assertThat(pool.size()).isEqualTo(1);

    pool.resized(new Resize("threads", 2));
    pool.resized(new Resize("other", 1));
    assertThat(pool.size()).isEqualTo(2);
    assertThat(post.told()).hasSize(1);
  }
}
