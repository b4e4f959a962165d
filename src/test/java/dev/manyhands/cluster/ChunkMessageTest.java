package dev.manyhands.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Call;
import dev.manyhands.job.Function;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Timeouts;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/// What a chunk is on its way to a worker node.
class ChunkMessageTest {
  private static final Call CALL =
      new Call(
          new JobId("job_01ARZ3NDEKTSV4RRFFQ69G5FAV"),
          "alice",
          new Function.Java("square"),
          Timeouts.NONE);

  private static ChunkMessage message(boolean alone) {
    return message(alone, true);
  }

  private static ChunkMessage message(boolean alone, boolean prompt) {
    return new ChunkMessage("t", "owner", CALL, 2, 7, alone, prompt, JsonLines.of("1\n"));
  }

  @Test
  void aSuspectArrivesAsOne() {
    assertThat(ChunkMessage.read(message(true).write()).chunk(1).alone()).isTrue();
    assertThat(ChunkMessage.read(message(false).write()).chunk(1).alone()).isFalse();
  }

  @Test
  void aMessageThatDoesNotSaySoIsOfNoSuspect() {
    Parts parts = Parts.read(message(true).write(), 2);
    ObjectNode head = (ObjectNode) parts.head();
    head.remove("alone");
    byte[] older = Parts.write(head, parts.rest().get(0), parts.rest().get(1));
    assertThat(ChunkMessage.read(older).chunk(1).alone()).isFalse();
  }

  @Test
  void asManyTasksAsFitGoIntoAMessage() {
    JsonLines inputs = JsonLines.of("1\n22\n333\n4444\n");
    ChunkMessage whole = new ChunkMessage("t", "owner", CALL, 2, 7, false, true, inputs);
    int beside = whole.write().length - inputs.length();

    assertThat(whole.within(beside + 100).inputs().toString()).isEqualTo("1\n22\n333\n4444\n");
    assertThat(whole.within(beside + 9).inputs().toString()).isEqualTo("1\n22\n333\n");
    assertThat(whole.within(beside + 8).inputs().toString()).isEqualTo("1\n22\n");
    assertThat(whole.within(beside + 9).write()).hasSize(beside + 9);
    assertThat(whole.within(0).inputs().toString()).isEqualTo("1\n");
  }

  @Test
  void itArrivesWhetherSomebodyWaitsForEachOutcome() {
    assertThat(ChunkMessage.read(message(false, true).write()).chunk(1).prompt()).isTrue();
    assertThat(ChunkMessage.read(message(false, false).write()).chunk(1).prompt()).isFalse();
  }
}
