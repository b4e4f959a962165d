package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.InputBlock;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.NotBegun;
import dev.manyhands.job.OnWorkerLost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A node whose lease has run out by its own clock, as that of one that stood still has when it
/// goes on, begins nothing: its jobs may be another's by now.
@Timeout(180)
class LapsedLeaseTest {
  private final ScriptedDispatch dispatch = new ScriptedDispatch();

  @BeforeEach
  void start() {
    dispatch.start();
  }

  @AfterEach
  void close() {
    dispatch.close();
  }

  @Test
  void nothingIsHandedOutUntilThereIsALeaseAgain() {
    dispatch.store.mayBegin = false;
    dispatch.accept(2, OnWorkerLost.RERUN);
    assertThat(dispatch.pool.offered()).isEmpty();

    dispatch.store.mayBegin = true;
    dispatch.look();
    dispatch.pool.awaitOffered(1);
  }

  /// As when it stands still between the two.
  @Test
  void whatWasHandedOutDoesNotBeginEither() {
    dispatch.store.inputs.put(0, new InputBlock(0, JsonLines.of("1\n2\n")));
    dispatch.accept(2, OnWorkerLost.RERUN);
    dispatch.pool.awaitOffered(1);
    Chunk chunk = dispatch.pool.offered().getFirst().chunk();

    assertThat(chunk.inputs().get().count()).isEqualTo(2);
    dispatch.store.mayBegin = false;
    assertThatThrownBy(() -> chunk.inputs().get()).isInstanceOf(NotBegun.class);
  }
}
