package dev.manyhands.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What happens to the broker, between it and a node, or to a worker node costs no result, and runs
/// nothing again that it did not interrupt. Two nodes that own jobs and two that run chunks live
/// through all of it.
@Timeout(400)
class BrokerFaultsIT extends FourNodesContract {
  private static final int TASKS = Trial.TASKS;
  private static final int CHUNK = Trial.CHUNK;

  /// Longer than both sides of a connection take to find that the other one is silent.
  private static final Duration SILENCE = Duration.ofSeconds(7);

  private static final Duration AWAY = Duration.ofMinutes(1);

  /// Longer than a node waits to hear that the broker has a message.
  private static final Duration MUTE = Duration.ofSeconds(30);

  /// As of the settings.
  private static final int DELIVERY_LIMIT = 5;

  /// Of an input that travels in many pieces; nearly the largest that may come.
  private static final int LARGE_PIECES = 7;

  private static final int PIECE_BYTES = 1 << 20;

  /// So long that no owner loses it because the machine is slow: no fault here may cost it.
  @Override
  Duration lease() {
    return Duration.ofSeconds(15);
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
  void anOwnerIsKilledWhoseChunksAreOut() throws Exception {
    trial.begin();
    four.killOwner("b");
    trial.strikes("kill -9 of an owner", 2 * IN_HAND);
    four.beginAgain("b");
    trial.endsWell();
    assertThat(trial.crashed()).isLessThanOrEqualTo(IN_HAND);
  }

  @Test
  void theBrokerIsKilledAndStartedAgain() throws Exception {
    Map<String, Integer> before = four.lengthsOfLogs();
    trial.begin();
    four.rabbit().kill();
    four.rabbit().startAgain();
    trial.strikes("kill -9 of the broker", 0);
    trial.endsWell();
    assertThat(trial.crashed()).isZero();
    four.logs(before)
        .forEach((node, said) ->
            assertThat(said)
                .as("said by " + node)
                .doesNotContain("\tat ", "SimpleMessageListener"));
  }

  @Test
  void theBrokerIsAwayForAMinute() throws Exception {
    trial.begin();
    String more = trial.work() + "-more";
    trial.submit(more, 4 * TASKS, "rerun");
    four.rabbit().stop();
    trial.strikes("the broker is away", 0);
    // On a slow machine what was there before may have ended by now.
    String late = trial.work() + "-late";
    trial.submit(late, CHUNK, "rerun");
    assertThat(trial.passes(late, AWAY)).isIn("queued", "running");
    four.rabbit().startAgain();
    trial.strikes("the broker is back", 0);
    trial.endsWell();
    assertThat(trial.crashed()).isZero();
  }

  @Test
  void theBrokerHasNoMemoryLeft() throws Exception {
    trial.begin();
    String more = trial.work() + "-more";
    trial.submit(more, 2 * TASKS, "rerun");
    four.rabbit().hasNoMemory(true);
    try {
      trial.strikes("the broker has no memory left", 0);
      // It still takes one message of each connection.
      String late = trial.work() + "-late";
      trial.submit(late, 2 * TASKS, "rerun");
      assertThat(trial.passes(late, MUTE)).isIn("queued", "running");
    } finally {
      four.rabbit().hasNoMemory(false);
    }
    trial.strikes("the broker has memory again", 0);
    trial.endsWell();
    assertThat(trial.crashed()).isZero();
    four.awaitWorkers();
  }

  @Test
  void itsPasswordIsAnotherForAWhile() throws Exception {
    trial.begin();
    String last = trial.strikesAmidWork(() -> four.rabbit().isLocked(true));
    try {
      trial.strikes("the password is another", 0);
      trial.passes(last, SILENCE);
    } finally {
      four.rabbit().isLocked(false);
    }
    trial.endsWell();
    assertThat(trial.crashed()).isZero();
    four.awaitWorkers();
  }

  @Test
  void itsUserMayDoNothingForAWhile() throws Exception {
    trial.begin();
    String last = trial.strikesAmidWork(() -> four.rabbit().isForbidden(true));
    try {
      trial.strikes("the user may do nothing", 0);
      trial.passes(last, SILENCE);
    } finally {
      four.rabbit().isForbidden(false);
    }
    trial.endsWell();
    assertThat(trial.crashed()).isZero();
    four.awaitWorkers();
  }

  /// What is refused after that is told to its owner, who would else have to miss it.
  @Test
  void theQueueOfDeadLettersIsDeleted() throws Exception {
    try (Firehose firehose = Firehose.of(four.rabbit());
        Connection connection = four.rabbit().connect()) {
      trial.begin();
      four.rabbit().deleteQueue(Names.DEAD);
      Wait.untilSeen("it is made again", () -> isThere(connection, Names.DEAD));
      // One of these is refused, however long that took.
      trial.submit(trial.work() + "-more", 4 * TASKS, "rerun");
      trial.strikes("the queue of dead letters is deleted", 0);
      String token;
      try (FirstConsumer first = FirstConsumer.of(four.rabbit(), Names.pool("processes"))) {
        token = first.chunk().token();
        first.refuse();
      }
      firehose.await("the owner is told", one -> isDeath(one, token));
      trial.endsWell();
    }
  }

  private static boolean isThere(Connection connection, String queue) {
    try (Channel channel = connection.createChannel()) {
      channel.queueDeclarePassive(queue);
      return true;
    } catch (IOException | TimeoutException e) {
      return false;
    }
  }

  /// As a chunk that costs every node that gets it; none of them has a worker for it here.
  @Test
  void theBrokerGivesAChunkUp() throws Exception {
    try (Firehose firehose = Firehose.of(four.rabbit())) {
      trial.begin();
      trial.submit(trial.work() + "-more", 4 * TASKS, "rerun");
      trial.strikes("the broker gives a chunk up", 0);
      String token;
      try (FirstConsumer first = FirstConsumer.of(four.rabbit(), Names.pool("processes"))) {
        token = first.chunk().token();
        for (int deliveries = 0; deliveries <= DELIVERY_LIMIT; deliveries++) {
          assertThat(first.chunk().token()).isEqualTo(token);
          first.giveBack();
        }
      }
      Firehose.Heard death = firehose.await("the owner is told", one -> isDeath(one, token));
      assertThat(Parts.read(death.body(), 0).flag("mayHaveRun")).isTrue();
      trial.endsWell();
      assertThat(trial.crashed()).isZero();
    }
  }

  private static boolean isDeath(Firehose.Heard message, String token) {
    if (!message.exchange().equals(Names.EVENTS)) {
      return false;
    }
    Parts parts = Parts.read(message.body(), 0);
    return parts.text("type").equals("dead") && parts.text("token").equals(token);
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
    four.killOwner("a");
    four.mend();
    trial.client().use(four.node("b"));
    // Its neighbours may have ended, and their outcomes be on their way.
    trial.strikes("kill -9 of the owner in the middle of an input", CHUNK - 1);
    trial.endsWell();
    four.beginAgain("a");
  }

  /// Some of a large input has been asked for, and no more of it comes to the worker nodes.
  private void fetchesAndStops() throws Exception {
    String key = trial.work();
    for (int again = 1; !fetchesAndStops(key); again++) {
      // All of it was asked for before that: it ends, and the next one is tried.
      four.mend();
      trial.awaitDone(key, CHUNK);
      key = trial.work() + "-" + again;
    }
  }

  /// False: all of it had been asked for.
  private boolean fetchesAndStops(String key) throws Exception {
    try (Firehose firehose = Firehose.of(four.rabbit())) {
      trial.submitLarge(key, LARGE_PIECES * PIECE_BYTES);
      firehose.await("a piece is asked for", BrokerFaultsIT::isWant);
      four.wire("c").holdAnswers();
      four.wire("d").holdAnswers();
      return firehose.heard().stream().filter(BrokerFaultsIT::isWant).count() < LARGE_PIECES;
    }
  }

  private static boolean isWant(Firehose.Heard message) {
    return message.isTo("manyhands.owner.a-")
        && Want.of(Parts.read(message.body(), OutcomeMessage.PARTS)).isPresent();
  }

  @Test
  void itsQueuesArePurged() throws Exception {
    trial.begin();
    trial.strikesAmidWork(() -> four.rabbit().purge());
    // Outcomes that were on their way, of each worker one.
    trial.strikes("all queues are purged", IN_HAND);
    trial.endsWell();
  }

  @Test
  void itsQueuesAreDeleted() throws Exception {
    trial.begin();
    trial.strikesAmidWork(() -> four.rabbit().delete());
    trial.strikes("all queues are deleted", IN_HAND);
    trial.endsWell();
  }

  @Test
  void itsExchangeIsDeleted() throws Exception {
    trial.begin();
    trial.strikesAmidWork(() -> four.rabbit().deleteExchange("manyhands.events"));
    trial.strikes("the exchange of the nodes' announcements is deleted", CHUNK);
    // With chunks enough that the nodes forget each other before.
    trial.submit(trial.work() + "-long", 6 * TASKS, "rerun");
    trial.endsWell();
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
      List<Firehose.Heard> yesterday = new ArrayList<>();
      Wait.untilSeen(
          "yesterday's outcomes",
          () -> {
            yesterday.clear();
            firehose.heard().stream()
                .filter(one -> one.isTo("manyhands.owner.a-"))
                .forEach(yesterday::add);
            return yesterday.size() > TASKS / CHUNK / 2;
          });
      trial.client().seeAll();
      double before = four.dropped("a", "unknown");

      trial.beginNext(trial.work() + "-next");
      for (Firehose.Heard one : yesterday) {
        firehose.publish("", one.routingKey(), one.body());
      }
      trial.strikes("yesterday's outcomes come again", 0);
      trial.client().see(trial.work() + "-next");
      trial.endsWell();
      Wait.untilSeen(
          "all of them are dropped",
          () -> four.dropped("a", "unknown") - before >= yesterday.size());
    }
  }

  @Test
  void outcomesAreForged() throws Exception {
    try (Firehose firehose = Firehose.of(four.rabbit())) {
      trial.begin();
      double useless = four.dropped("a", "malformed") + four.dropped("a", "unknown");
      double version = four.dropped("a", "version");
      Firehose.Heard out =
          firehose.await("a chunk", one -> isChunk(one) && ownerOf(one).equals("a"));
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

  private static boolean isChunk(Firehose.Heard message) {
    return message.isTo("manyhands.pool.") && StrangeWorker.isChunk(message.body());
  }

  private static String ownerOf(Firehose.Heard message) {
    return ChunkMessage.read(message.body()).owner().split("-", 2)[0];
  }

  @Test
  void anOwnerDoesNotHearTheBroker() throws Exception {
    partition("a", true, SILENCE);
  }

  @Test
  void theBrokerDoesNotHearAnOwner() throws Exception {
    partition("a", false, SILENCE);
  }

  @Test
  void aWorkerNodeDoesNotHearTheBroker() throws Exception {
    partition("c", true, FourNodes.MISSED);
  }

  @Test
  void theBrokerDoesNotHearAWorkerNode() throws Exception {
    partition("c", false, FourNodes.MISSED);
  }

  private void partition(String node, boolean deaf, Duration time) throws Exception {
    trial.begin();
    if (deaf) {
      four.wire(node).holdAnswers();
    } else {
      four.wire(node).holdQuestions();
    }
    trial.strikes("a one-way partition", IN_HAND);
    trial.passes(trial.work(), time);
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
      CompletableFuture<Void> stopped =
          CompletableFuture.runAsync(() -> stop(leaving), Thread.ofPlatform()::start);
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
