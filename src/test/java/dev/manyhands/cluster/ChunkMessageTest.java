package dev.manyhands.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.manyhands.job.Call;
import dev.manyhands.job.Chunk;
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
    assertThat(ChunkMessage.read(message(true).write()).chunk(1, () -> JsonLines.NONE).alone())
        .isTrue();
    assertThat(ChunkMessage.read(message(false).write()).chunk(1, () -> JsonLines.NONE).alone())
        .isFalse();
  }

  @Test
  void aMessageThatDoesNotSaySoIsOfNoSuspect() {
    Parts parts = Parts.read(message(true).write(), 2);
    ObjectNode head = (ObjectNode) parts.head();
    head.remove("alone");
    byte[] older = Parts.write(head, parts.rest().get(0), parts.rest().get(1));
    assertThat(ChunkMessage.read(older).chunk(1, () -> JsonLines.NONE).alone()).isFalse();
  }

  @Test
  void asManyTasksAsFitGoIntoAMessage() {
    JsonLines inputs = JsonLines.of("1\n22\n333\n4444\n");
    ChunkMessage whole = new ChunkMessage("t", "owner", CALL, 2, 7, false, true, inputs);

    assertThat(whole.within(100).inputs().toString()).isEqualTo("1\n22\n333\n4444\n");
    assertThat(whole.within(9).inputs().toString()).isEqualTo("1\n22\n333\n");
    assertThat(whole.within(8).inputs().toString()).isEqualTo("1\n22\n");
    assertThat(whole.write().length - whole.within(9).write().length).isEqualTo(5);
  }

  @Test
  void ofATaskWhoseInputDoesNotFitTheMessageSaysHowLargeItIs() {
    JsonLines inputs = JsonLines.of("4444\n1\n");
    ChunkMessage away = new ChunkMessage("t", "owner", CALL, 2, 7, false, true, inputs).within(4);
    ChunkMessage arrived = ChunkMessage.read(away.write());

    assertThat(arrived.away()).isEqualTo(5);
    assertThat(arrived.inputs().count()).isZero();
    Chunk chunk = arrived.chunk(1, () -> inputs.slice(0, 1));
    assertThat(chunk.count()).isEqualTo(1);
    assertThat(chunk.inputs().get().toString()).isEqualTo("4444\n");
  }

  @Test
  void whatSaysThatItsInputsAreBothHereAndAwayIsNoChunk() {
    Parts parts = Parts.read(message(false).write(), 2);
    ObjectNode head = (ObjectNode) parts.head();
    for (int away : new int[] {5, -1, Integer.MAX_VALUE}) {
      head.put("away", away);
      byte[] body = Parts.write(head, parts.rest().get(0), new byte[0]);
      byte[] both = Parts.write(head, parts.rest().get(0), parts.rest().get(1));
      assertThatThrownBy(() -> ChunkMessage.read(both))
          .isInstanceOf(IllegalArgumentException.class);
      if (away != 5) {
        assertThatThrownBy(() -> ChunkMessage.read(body))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  void itArrivesWhetherSomebodyWaitsForEachOutcome() {
    assertThat(
            ChunkMessage.read(message(false, true).write()).chunk(1, () -> JsonLines.NONE).prompt())
        .isTrue();
    assertThat(
            ChunkMessage.read(message(false, false).write())
                .chunk(1, () -> JsonLines.NONE)
                .prompt())
        .isFalse();
  }
}
