package dev.manyhands.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.JsonLines;
import dev.manyhands.pool.Functions;
import dev.manyhands.pool.Pools;
import dev.manyhands.security.AllowedKinds;
import dev.manyhands.testkit.ScriptedPool;
import dev.manyhands.testkit.Wait;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.Message;

class WorkerTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ScriptedPost post = new ScriptedPost();
  private final ScriptedPool pool = new ScriptedPool();
  private final Worker worker = worker(AllowedKinds.ALL);

  private Worker worker(AllowedKinds allowed) {
    return new Worker(
        new HeardNodes("worker-1"),
        new Pools(List.of(pool), Functions.with(List.of())),
        Chunks.SETTINGS,
        post,
        allowed,
        new Dropped(meters));
  }

  private ScriptedDelivery take(byte[] body, boolean redelivered) {
    ScriptedDelivery delivery = new ScriptedDelivery(redelivered);
    worker.take(pool, delivery, body);
    return delivery;
  }

  private OutcomeMessage told(int n) {
    ScriptedPost.Sent sent = post.awaitKept(n);
    assertThat(sent.queue()).isEqualTo("manyhands.owner.owner-1");
    return OutcomeMessage.read(sent.body());
  }

  /// The first that its owner was told behind all claims: each of these is repeated for as long as
  /// no answer has come.
  private OutcomeMessage toldAfterClaims() {
    int n = 1;
    while (isClaim(n)) {
      n++;
    }
    return told(n);
  }

  /// Whether the message that was kept as number `n` is a claim.
  private boolean isClaim(int n) {
    return Claim.of(Parts.read(post.awaitKept(n).body(), OutcomeMessage.PARTS)).isPresent();
  }

  private void assertNothingButClaims() {
    assertThat(IntStream.rangeClosed(1, post.tries())).allMatch(this::isClaim);
  }

  private static void finish(ScriptedPool.Offered running) {
    running.finish(Chunks.outcomes(running.chunk().first(), running.chunk().count()));
  }

  private double dropped(String reason) {
    return meters.get("manyhands.cluster.dropped").tag("reason", reason).counter().count();
  }

  @Test
  void aChunkIsAcknowledgedWhenTheBrokerHasItsOutcomes() {
    ScriptedDelivery delivery = take(Chunks.message("a", 3, false), false);
    AtomicInteger acknowledged = new AtomicInteger(-1);
    post.meets(
        Post.Fate.UNKNOWN,
        _ -> post.meets(Post.Fate.KEPT, _ -> acknowledged.set(delivery.acknowledged())));
    finish(pool.awaitOffered(1));
    post.awaitTries(2);
    assertThat(acknowledged).as("after a try of which nobody knows, before the next").hasValue(0);

    assertThat(Objects.requireNonNull(told(1).outcomes()).count()).isEqualTo(3);
    delivery.awaitAcknowledged();
    Wait.untilSeen("nothing is here", () -> worker.held().isEmpty());
  }

  /// Answers the claim that was kept as number `n`.
  private void grant(int n, boolean granted) {
    Parts parts = Parts.read(post.awaitKept(n).body(), OutcomeMessage.PARTS);
    Claim claim = Claim.of(parts).orElseThrow();
    worker.granted(new Grant(claim.token(), granted ? claim.by() : "node-2/1"));
  }

  @Test
  void whatMayRunOnlyOnceRunsWhenItsOwnerHasSaidSo() {
    ScriptedDelivery delivery = take(Chunks.message("a", 1, true), true);
    post.awaitKept(1);
    assertThat(pool.offered()).isEmpty();
    post.awaitKept(2); // no answer was heard
    grant(2, true);

    finish(pool.awaitOffered(1));
    delivery.awaitAcknowledged();
    assertThat(toldAfterClaims().kind()).isEqualTo(OutcomeMessage.Kind.OUTCOMES);
  }

  @Test
  void whatAnotherNodeWasGrantedIsOfNoUseHere() {
    ScriptedDelivery delivery = take(Chunks.message("a", 1, true), false);
    grant(1, false);

    delivery.awaitAcknowledged();
    Wait.untilSeen("nothing is here", () -> worker.held().isEmpty());
    assertThat(pool.offered()).isEmpty();
    assertNothingButClaims();
  }

  @Test
  void aStopLeavesWhatWasNotGrantedToAnotherNode() {
    ScriptedDelivery delivery = take(Chunks.message("a", 1, true), false);
    post.awaitKept(1);
    worker.leave();
    worker.drain();
    Wait.untilSeen("nothing is here", () -> worker.held().isEmpty());

    assertThat(delivery.acknowledged()).isZero();
    assertNothingButClaims();
  }

  @Test
  void whatRunsHereAndIsGivenAgainRunsOn() {
    byte[] chunk = Chunks.message("a", 1, true);
    ScriptedDelivery first = take(chunk, false);
    grant(1, true);
    ScriptedPool.Offered running = pool.awaitOffered(1);
    first.loseChannel();
    ScriptedDelivery again = take(chunk, true);

    assertThat(worker.held()).containsExactly("a");
    assertThat(again.acknowledged()).isZero();
    finish(running);
    again.awaitAcknowledged();
    assertThat(first.acknowledged()).isZero();
    assertThat(pool.offered()).hasSize(1);
    assertThat(toldAfterClaims().kind()).isEqualTo(OutcomeMessage.Kind.OUTCOMES);
  }

  @Test
  void aSecondCopyOfWhatRunsHereIsOfNoUse() {
    ScriptedDelivery first = take(Chunks.message("a", 1, false), false);
    ScriptedPool.Offered running = pool.awaitOffered(1);
    ScriptedDelivery copy = take(Chunks.message("a", 1, false), false);

    assertThat(copy.acknowledged()).isEqualTo(1);
    finish(running);
    first.awaitAcknowledged();
    assertThat(pool.offered()).hasSize(1);
  }

  @Test
  void whatAnotherNodeMayRunIsLeftToItAndTheOwnerIsTold() {
    ScriptedDelivery delivery = take(Chunks.message("a", 2, false), true);

    assertThat(told(1)).isEqualTo(OutcomeMessage.of("a", OutcomeMessage.Kind.RETURNED));
    delivery.awaitAcknowledged();
    assertThat(pool.offered()).isEmpty();
    Wait.untilSeen("nothing is here", () -> worker.held().isEmpty());
  }

  @Test
  void aProbeGoesBackToItsOwner() {
    take(new Probe("p", "owner-1").write(), false).awaitAcknowledged();

    assertThat(told(1)).isEqualTo(OutcomeMessage.of("p", OutcomeMessage.Kind.PASSED));
  }

  @Test
  void aCancelThatCameBeforeItsChunkHolds() {
    worker.cancelled(new Cancel("a", Cancel.WHOLE));
    take(Chunks.message("a", 2, false), false).awaitAcknowledged();

    assertThat(told(1)).isEqualTo(OutcomeMessage.of("a", OutcomeMessage.Kind.END));
    assertThat(pool.offered()).isEmpty();
  }

  @Test
  void aCancelReachesWhatRuns() {
    take(Chunks.message("a", 2, false), false);
    ScriptedPool.Offered running = pool.awaitOffered(1);
    worker.cancelled(new Cancel("a", Cancel.WHOLE));

    Wait.untilSeen("the cancel", () -> !pool.cancelled().isEmpty());
    assertThat(pool.cancelled()).containsOnly(running.chunk().id());
  }

  @Test
  void whatIsNoChunkIsDroppedAndCounted() {
    byte[] java = {(byte) 0xac, (byte) 0xed, 0, 5};
    byte[] newer = Chunks.message("a", 1, false);
    newer[0] = Parts.VERSION + 1;

    assertThat(take("{\"token\":".getBytes(UTF_8), false).acknowledged()).isEqualTo(1);
    assertThat(take(java, true).acknowledged()).isEqualTo(1);
    take(newer, false).awaitAcknowledged();
    assertThat(dropped("malformed")).isEqualTo(2);
    assertThat(dropped("version")).isEqualTo(1);
    assertThat(pool.offered()).isEmpty();
  }

  @Test
  void whatIsOfAnotherVersionIsLeftToOtherNodesAndItsOwnerIsTold() {
    byte[] newer = Chunks.message("a", 1, false);
    newer[0] = Parts.VERSION + 1;
    assertThat(worker.rests(pool)).isFalse();
    // It rests for a second only, which may have passed before the look.
    Wait.untilSeen(
        "a rest",
        () -> {
          Wait.untilSeen("no rest", () -> !worker.rests(pool));
          ScriptedDelivery delivery = take(newer, false);
          boolean rests = worker.rests(pool);
          delivery.awaitAcknowledged();
          return rests;
        });

    assertThat(told(1)).isEqualTo(OutcomeMessage.of("a", OutcomeMessage.Kind.UNREAD));
    Wait.untilSeen("the end of the rest", () -> !worker.rests(pool));
    byte[] nothingElse = {Parts.VERSION + 1};
    assertThat(take(nothingElse, false).acknowledged()).isEqualTo(1);
  }

  @Test
  void aCutReachesWhatRuns() {
    worker.cut(new Cut("b"));
    take(Chunks.message("a", 2, false), false);
    ScriptedPool.Offered running = pool.awaitOffered(1);
    Wait.untilSeen(
        "the cut",
        () -> {
          worker.cut(new Cut("a"));
          return !pool.cuts().isEmpty();
        });

    assertThat(pool.cuts()).containsOnly(running.chunk().id());
  }

  @Test
  void whatWasCutInItsQueueHasItsTurn() {
    worker.cut(new Cut("a"));
    take(Chunks.message("a", 2, false), false);
    ScriptedPool.Offered running = pool.awaitOffered(1);
    Wait.untilSeen("the cut", () -> !pool.cuts().isEmpty());

    assertThat(pool.cuts()).containsOnly(running.chunk().id());
  }

  @Test
  void atAStopWhatMayRunAgainIsGivenBackAndTheRestIsLeft() {
    ScriptedDelivery rerun = take(Chunks.message("a", 2, false), false);
    ScriptedDelivery once = take(Chunks.message("b", 2, true), false);
    grant(1, true);
    pool.awaitOffered(2);
    worker.leave();
    worker.drain();

    assertThat(worker.slots()).containsEntry("threads", 0);
    assertThat(toldAfterClaims()).isEqualTo(OutcomeMessage.of("a", OutcomeMessage.Kind.END));
    rerun.awaitAcknowledged();
    assertThat(once.acknowledged()).isZero();
  }

  @Test
  void aValueThatNoMessageHoldsGoesInPieces() {
    take(Chunks.message("a", 2, false), false);
    ScriptedPool.Offered running = pool.awaitOffered(1);
    String large = "\"" + "x".repeat(2000) + "\"\n";
    running.sink().outcomes(running.chunk(), Chunks.outcomes(0, "1\n" + large));
    running.sink().ended(running.chunk());
    Wait.untilSeen("the end of the chunk", () -> worker.held().isEmpty());

    Assembly assembly = new Assembly(PieceFile::open);
    List<OutcomeMessage> whole = new ArrayList<>();
    for (int n = 1; n <= post.tries(); n++) {
      byte[] body = post.awaitKept(n).body();
      assertThat(body.length).isLessThan(1500);
      Piece.of(Parts.read(body, OutcomeMessage.PARTS))
          .flatMap(assembly::add)
          .map(OutcomeMessage::read)
          .ifPresent(whole::add);
    }
    assertThat(whole)
        .extracting(one -> Objects.requireNonNull(one.outcomes()).values().toString())
        .containsExactly(large);
  }

  private static final String LARGE = "\"" + "x".repeat(2500) + "\"\n";

  private static byte[] withoutItsInput() {
    return new ChunkMessage(
            "a", "owner-1", Chunks.call(false), 1, 0, false, true, JsonLines.of(LARGE))
        .within(1000)
        .write();
  }

  /// What this node asked for as its message number `n`.
  private Want want(int n) {
    ScriptedPost.Sent sent = post.awaitKept(n);
    assertThat(sent.queue()).isEqualTo("manyhands.owner.owner-1");
    return Want.of(Parts.read(sent.body(), OutcomeMessage.PARTS)).orElseThrow();
  }

  /// The first that asks for what is there: what does not come at once is asked for again.
  private Want awaitWant(int at) {
    int n = 1;
    while (want(n).at() != at) {
      n++;
    }
    return want(n);
  }

  private void give(Want want, String of) {
    Piece piece = Piece.of(want.token(), JsonLines.of(of), want.at(), 1000);
    worker.fetches().arrived(new Message(piece.write()));
  }

  @Test
  void anInputThatNoMessageHeldIsFetchedPieceByPiece() {
    take(withoutItsInput(), false);
    assertThat(want(1)).isEqualTo(new Want("a", "worker-1", 0));
    give(want(1), LARGE);
    Want second = awaitWant(1000);
    assertThat(worker.held()).as("it is here from the first on").containsExactly("a");
    assertThat(pool.offered()).isEmpty();
    give(second, LARGE);
    give(awaitWant(2000), LARGE);

    Chunk chunk = pool.awaitOffered(1).chunk();
    assertThat(chunk.inputs().get().toString()).isEqualTo(LARGE);
    assertThat(chunk.count()).isEqualTo(1);
  }

  @Test
  void aPieceThatDoesNotComeIsAskedForAgainAndAStrangeOneIsDropped() {
    take(withoutItsInput(), false);
    give(want(1), LARGE + LARGE);
    worker.fetches().arrived(new Message(new byte[] {Parts.VERSION, 1, 2}));
    give(new Want("b", "worker-1", 0), LARGE);
    assertThat(want(2)).isEqualTo(want(1));
    give(want(2), LARGE);
    assertThat(awaitWant(1000).token()).isEqualTo("a");

    assertThat(dropped("unknown")).isEqualTo(2);
    assertThat(dropped("malformed")).isEqualTo(1);
  }

  @Test
  void aChunkThatIsCalledBackWaitsForNoInput() {
    ScriptedDelivery delivery = take(withoutItsInput(), false);
    want(1);
    worker.cancelled(new Cancel("a", Cancel.WHOLE));
    delivery.awaitAcknowledged();

    assertThat(OutcomeMessage.read(post.awaitKept(post.tries()).body()))
        .isEqualTo(OutcomeMessage.of("a", OutcomeMessage.Kind.END));
    assertThat(pool.offered()).isEmpty();
  }

  @Test
  void aChunkThatFindsNoWorkerGetsTheNextThatIsFree() {
    take(Chunks.message("a", 1, false), false);
    ScriptedPool.Offered first = pool.awaitOffered(1);
    pool.full(true);
    take(Chunks.message("b", 1, false), false);
    pool.awaitRefused(1);
    pool.full(false);
    finish(first);

    finish(pool.awaitOffered(2));
    assertThat(told(2).kind()).isEqualTo(OutcomeMessage.Kind.OUTCOMES);
  }

  @Test
  void aChunkThatFindsNoWorkerGetsOneWhenThePoolIsWellAgain() {
    pool.full(true);
    take(Chunks.message("a", 1, false), false);
    pool.awaitRefused(1);
    pool.full(false);
    worker.poolChanged();

    assertThat(pool.awaitOffered(1).chunk().count()).isEqualTo(1);
  }

  @Test
  void aChunkThatIsCalledBackWaitsForNoWorker() {
    pool.full(true);
    ScriptedDelivery delivery = take(Chunks.message("a", 1, false), false);
    pool.awaitRefused(1);
    worker.cancelled(new Cancel("a", Cancel.WHOLE));
    delivery.awaitAcknowledged();

    assertThat(told(1)).isEqualTo(OutcomeMessage.of("a", OutcomeMessage.Kind.END));
  }

  @Test
  void aMistakeOfThisNodesOwnGivesTheChunkBack() {
    pool.breakDown();
    take(Chunks.message("a", 1, false), false).awaitAcknowledged();

    assertThat(told(1)).isEqualTo(OutcomeMessage.of("a", OutcomeMessage.Kind.END));
    Wait.untilSeen("nothing is here", () -> worker.held().isEmpty());
  }

  private HeldChunks holding(Delivery delivery) {
    HeldChunks held = new HeldChunks();
    Outbox outbox = new Outbox(post, new HeardNodes("n"));
    held.add(
        "a", new Held(pool, 1, false, new Replies("a", "o", "n", 1, outbox, () -> {}), delivery));
    return held;
  }

  @Test
  void aChunkIsHeldUntilTheBrokerHasHeardThatItIsDone() {
    CompletableFuture<List<String>> heldThen = new CompletableFuture<>();
    CompletableFuture<HeldChunks> all = new CompletableFuture<>();
    HeldChunks held =
        holding(
            new Delivery() {
              @Override
              public boolean isRedelivered() {
                return false;
              }

              @Override
              public boolean isOpen() {
                return true;
              }

              @Override
              public void done() {
                heldThen.complete(all.join().tokens());
              }
            });
    all.complete(held);
    held.done("a");

    assertThat(heldThen.join()).containsExactly("a");
    assertThat(held.tokens()).isEmpty();
  }

  @Test
  void aStopWaitsForWhatRunsAsLongAsTheGraceIs() throws InterruptedException {
    HeldChunks held = holding(new ScriptedDelivery(false));
    held.awaitNone(Duration.ofMillis(1));
    assertThat(held.tokens()).containsExactly("a");

    Thread waiting =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try {
                held.awaitNone(Duration.ofMinutes(10));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    Wait.untilSeen("it waits", () -> waiting.getState() == Thread.State.TIMED_WAITING);
    held.done("a");
    assertThat(waiting.join(Wait.LIMIT)).as("the stop goes on").isTrue();
    assertThat(held.tokens()).isEmpty();
  }
}
