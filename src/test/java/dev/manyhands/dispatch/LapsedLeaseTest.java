package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.OnWorkerLost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A node whose lease has run out by its own clock, as that of one that stood still has when it
/// goes on, begins nothing: its jobs may be another's by now.
@Timeout(60)
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
}
