package dev.manyhands.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Containers;
import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import dev.manyhands.testkit.Wait;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// What happens to the broker, between it and a node, or to a worker node costs no result, and runs
/// nothing again that it did not interrupt. Two nodes that own jobs and two that run chunks live
/// through all of it.
@ExtendWith(Containers.class)
@Timeout(120)
class BrokerFaultsIT {
  private static final int TASKS = Trial.TASKS;
  private static final int CHUNK = Trial.CHUNK;

  /// What runs on a worker node, and as much whose outcomes are on their way.
  private static final int IN_HAND = 2 * FourNodes.SLOTS * CHUNK;

  /// Longer than both sides of a connection take to find that the other one is silent.
  private static final Duration SILENCE = Duration.ofSeconds(7);

  private static final Duration AWAY = Duration.ofMinutes(1);

  /// Of an input that travels in many pieces; nearly the largest that may come.
  private static final int LARGE_PIECES = 7;

  private static final int PIECE_BYTES = 1 << 20;

  @RegisterExtension static final Services services = new Services();

  @TempDir static Path folder;

  private static FourNodes four;

  private Trial trial;

  @BeforeAll
  static void start() throws Exception {
    four = FourNodes.start(services, folder);
  }

  @AfterAll
  static void stop() throws Exception {
    four.close();
  }

  @AfterEach
  void mend() {
    four.mend();
  }

  @BeforeEach
  void begin(TestInfo test) {
    trial = new Trial(four, test.getTestMethod().orElseThrow().getName(), folder);
    four.awaitWorkers();
  }

  @Test
  void aWorkerNodeIsKilled() throws Exception {
    trial.begin();
    four.node("c").kill();
    trial.strikes("kill -9 of a worker node", IN_HAND);
    four.beginAgain("c");
    trial.endsWell();
    assertThat(trial.crashed()).isLessThanOrEqualTo(IN_HAND);
  }

  @Test
  void theBrokerIsKilledAndStartedAgain() throws Exception {
    trial.begin();
    four.rabbit().kill();
    four.rabbit().startAgain();
    trial.strikes("kill -9 of the broker", 0);
    trial.endsWell();
    assertThat(trial.crashed()).isZero();
  }

  @Test
  @Timeout(240)
  void theBrokerIsAwayForAMinute() throws Exception {
    trial.begin();
    String more = trial.work() + "-more";
    trial.submit(more, 4 * TASKS, "rerun");
    four.rabbit().stop();
    trial.strikes("the broker is away", 0);
    assertThat(trial.passes(more, AWAY)).isEqualTo("running");
    four.rabbit().startAgain();
    trial.strikes("the broker is back", 0);
    trial.endsWell();
    assertThat(trial.crashed()).isZero();
  }

  @Test
  void theBrokerIsKilledWhileAnInputIsFetched() throws Exception {
    fetchesAndStops();
    four.rabbit().kill();
    four.rabbit().startAgain();
    four.mend();
    trial.strikes("kill -9 of the broker in the middle of an input", 0);
    trial.endsWell();
  }

  @Test
  void theOwnerOfAnInputIsKilledWhileItIsFetched() throws Exception {
    fetchesAndStops();
    four.node("a").kill();
    four.mend();
    trial.client().use(four.node("b"));
    trial.strikes("kill -9 of the owner in the middle of an input", 0);
    trial.endsWell();
    four.beginAgain("a");
  }

  /// Some of a large input has been asked for, and no more of it comes to the worker nodes.
  private void fetchesAndStops() throws Exception {
    try (Firehose firehose = Firehose.of(four.rabbit())) {
      trial.submitLarge(trial.work(), LARGE_PIECES * PIECE_BYTES);
      firehose.await("a piece is asked for", BrokerFaultsIT::isWant);
      four.wire("c").holdAnswers();
      four.wire("d").holdAnswers();
      assertThat(firehose.heard().stream().filter(BrokerFaultsIT::isWant).count())
          .isLessThan(LARGE_PIECES);
    }
  }

  private static boolean isWant(Firehose.Heard message) {
    return message.isTo("manyhands.owner.a-")
        && Want.of(Parts.read(message.body(), OutcomeMessage.PARTS)).isPresent();
  }

  @Test
  void itsQueuesArePurged() throws Exception {
    trial.begin();
    four.rabbit().purge();
    // An outcome that was on its way.
    trial.strikes("all queues are purged", CHUNK);
    trial.endsWell();
  }

  @Test
  void itsQueuesAreDeleted() throws Exception {
    trial.begin();
    four.rabbit().delete();
    trial.strikes("all queues are deleted", CHUNK);
    trial.endsWell();
  }

  @Test
  void itsExchangeIsDeleted() throws Exception {
    trial.begin();
    four.rabbit().deleteExchange("manyhands.events");
    trial.strikes("the exchange of the nodes' announcements is deleted", CHUNK);
    trial.endsWell();
    // With chunks enough that the nodes forget each other before.
    four.awaitWorkers();
  }

  @Test
  void everyMessageComesTwice() throws Exception {
    try (Firehose firehose = Firehose.of(four.rabbit())) {
      firehose.copyAll();
      trial.submitOthers();
      trial.submit(trial.work(), TASKS, "rerun");
      // The copy of a chunk runs too; where that must not be, it does not.
      trial.strikes("all messages come twice", 2 * TASKS);
      trial.endsWell();
      assertThat(trial.crashed()).isZero();
      assertThat(four.dropped("a", "unknown") + four.dropped("a", "repeated")).isPositive();
    }
  }

  @Test
  void yesterdaysOutcomesComeAgain() throws Exception {
    try (Firehose firehose = Firehose.of(four.rabbit())) {
      trial.begin();
      trial.end();
      List<Firehose.Heard> yesterday =
          firehose.heard().stream().filter(one -> one.isTo("manyhands.owner.a-")).toList();
      assertThat(yesterday).hasSizeGreaterThan(TASKS / CHUNK / 2);
      trial.client().seeAll();
      double before = four.dropped("a", "unknown");

      trial.beginNext(trial.work() + "-next");
      for (Firehose.Heard one : yesterday) {
        firehose.publish("", one.routingKey(), one.body());
      }
      trial.strikes("yesterday's outcomes come again", 0);
      trial.client().see(trial.work() + "-next");
      trial.endsWell();
      assertThat(four.dropped("a", "unknown") - before).isGreaterThanOrEqualTo(yesterday.size());
    }
  }

  @Test
  void outcomesAreForged() throws Exception {
    try (Firehose firehose = Firehose.of(four.rabbit())) {
      trial.begin();
      double useless = four.dropped("a", "malformed") + four.dropped("a", "unknown");
      double version = four.dropped("a", "version");
      Firehose.Heard out =
          firehose.await("a chunk", one -> one.isTo("manyhands.pool.") && ownerOf(one).equals("a"));
      ChunkMessage chunk = ChunkMessage.read(out.body());
      String queue = Names.owner(chunk.owner());
      byte[] newer = OutcomeMessage.of(chunk.token(), OutcomeMessage.Kind.END).write();
      newer[0]++;
      List<byte[]> forged =
          List.of(
              OutcomeMessage.of("f".repeat(32), Chunks.outcomes(chunk.first(), CHUNK)).write(),
              OutcomeMessage.of(chunk.token(), Chunks.outcomes(chunk.first() + CHUNK, 1)).write(),
              newer,
              "{\"token\":".getBytes(StandardCharsets.UTF_8),
              new byte[] {(byte) 0xac, (byte) 0xed, 0, 5},
              new byte[0]);
      for (byte[] body : forged) {
        firehose.publish("", queue, body);
      }
      Wait.untilSeen(
          "all are dropped",
          () ->
              four.dropped("a", "malformed") + four.dropped("a", "unknown") - useless
                      >= forged.size() - 1
                  && four.dropped("a", "version") - version >= 1);
      for (byte[] body : forged) {
        firehose.publish("", Names.pool("processes"), body);
        firehose.publish("", Names.DEAD, body);
        firehose.publish(Names.EVENTS, "", body);
      }
      trial.strikes("forged messages", 0);
      trial.endsWell();
    }
  }

  @Test
  void aWorkerNodeOfAnotherVersionLeavesChunksToTheOthers() throws Exception {
    try (StrangeWorker strange = StrangeWorker.of(four.rabbit(), Names.pool("processes"))) {
      trial.begin();
      trial.strikes("chunks go to a worker node of another version", 0);
      trial.endsWell();
      assertThat(strange.left()).isPositive();
      assertThat(trial.crashed()).isZero();
      assertThat(four.node("a").log() + four.node("b").log())
          .contains("since its messages are of version 2 and those of this node of 1");
    }
  }

  @Test
  void aChunkOfAnotherVersionIsAnswered() throws Exception {
    try (Firehose firehose = Firehose.of(four.rabbit())) {
      trial.begin();
      byte[] newer = Chunks.message("f".repeat(32), 1, false);
      newer[0]++;
      firehose.publish("", Names.pool("processes"), newer);
      Firehose.Heard answer = firehose.await("an answer", one -> one.isTo(Names.owner("owner-1")));
      assertThat(OutcomeMessage.read(answer.body()))
          .isEqualTo(OutcomeMessage.of("f".repeat(32), OutcomeMessage.Kind.UNREAD));
      trial.strikes("a chunk of another version", 0);
      trial.endsWell();
    }
  }

  private static String ownerOf(Firehose.Heard message) {
    return ChunkMessage.read(message.body()).owner().split("-", 2)[0];
  }

  @Test
  void anOwnerDoesNotHearTheBroker() throws Exception {
    partition("a", true);
  }

  @Test
  void theBrokerDoesNotHearAnOwner() throws Exception {
    partition("a", false);
  }

  @Test
  void aWorkerNodeDoesNotHearTheBroker() throws Exception {
    partition("c", true);
  }

  @Test
  void theBrokerDoesNotHearAWorkerNode() throws Exception {
    partition("c", false);
  }

  private void partition(String node, boolean deaf) throws Exception {
    trial.begin();
    if (deaf) {
      four.wire(node).holdAnswers();
    } else {
      four.wire(node).holdQuestions();
    }
    trial.strikes("a one-way partition", IN_HAND);
    trial.passes(trial.work(), SILENCE);
    four.wire(node).heal();
    trial.endsWell();
  }

  @Test
  void threeNodesAreRestartedInTurn() throws Exception {
    trial.submitOthers();
    int job = 0;
    for (String name : List.of("b", "c", "d")) {
      RunningService leaving = four.node(name);
      trial.beginNext(trial.work() + name);
      CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> stop(leaving));
      trial.strikes(name + " stops", 0);
      while (!stopped.isDone()) {
        trial.submit(trial.work() + "-" + job++, 10, "rerun");
        trial.client().seeAll();
      }
      stopped.join();
      four.beginAgain(name);
      four.awaitWorkers();
    }
    trial.endsWell();
    assertThat(job).isPositive();
  }

  private static void stop(RunningService node) {
    try {
      assertThat(node.stop()).isIn(0, 143);
    } catch (InterruptedException e) {
      throw new CompletionException(e);
    }
  }
}
