package dev.manyhands.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class InFlightTest {
  private final WrittenSink sink = new WrittenSink();
  private final InFlight flight = flight(false);

  private InFlight flight(boolean once) {
    return new InFlight(Chunks.chunk(1, 10, 5, once), sink, "token", "threads", 0);
  }

  private static long seconds(int seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }

  @Test
  void eachTaskIsToldOnceAndTheEndLast() {
    assertThat(flight.tell(Chunks.outcomes(11, 2))).isEqualTo(2);
    assertThat(flight.tell(Chunks.outcomes(10, 5))).isEqualTo(3);
    assertThat(flight.tell(Chunks.outcomes(10, 5))).isZero();
    flight.end();
    assertThat(flight.tell(Chunks.outcomes(10, 5))).isZero();

    assertThat(sink.heard()).containsExactly("11+2", "10+1", "13+2", "ended");
  }

  @Test
  void tasksOfOtherChunksAreRefused() {
    assertThat(flight.tell(Chunks.outcomes(9, 2))).isEqualTo(-1);
    assertThat(flight.tell(Chunks.outcomes(14, 2))).isEqualTo(-1);

    assertThat(sink.heard()).isEmpty();
  }

  @Test
  void whatWasWithANodeIsLostWithIt() {
    flight.held(1);
    flight.tell(Chunks.outcomes(11, 1));
    flight.lose();
    flight.end();

    assertThat(sink.heard()).containsExactly("11+1", "lost 10+1 12+3");
  }

  @Test
  void whatNoNodeHadIsNotSuspected() {
    flight.queued(1);
    flight.lose();

    assertThat(sink.heard()).containsExactly("ended");
  }

  @Test
  void whatMayRunOnlyOnceAndNoNodeHadMayRun() {
    flight(true).lose();

    assertThat(sink.heard()).containsExactly("ended");
  }

  @Test
  void whatMayRunOnlyOnceIsOneNodes() {
    InFlight once = flight(true);

    assertThat(once.claim("node-1", 1)).hasValue("node-1");
    assertThat(once.claim("node-2", 2)).hasValue("node-1");
    assertThat(once.claim("node-1", 3)).hasValue("node-1");
    assertThat(once.withdraw()).isFalse();
    once.lose();
    assertThat(once.claim("node-1", 4)).isEmpty();
    assertThat(sink.heard()).containsExactly("lost 10+5");
  }

  @Test
  void whatMayRunOnlyOnceAndWasNotGrantedHasNotRun() {
    InFlight once = flight(true);
    once.held(1); // it asks
    once.lose();

    assertThat(once.claim("node-1", 2)).isEmpty();
    assertThat(sink.heard()).containsExactly("ended");
  }

  @Test
  void whatIsWithdrawnIsNotGranted() {
    InFlight once = flight(true);

    assertThat(once.withdraw()).isTrue();
    assertThat(once.claim("node-1", 1)).isEmpty();
    once.end();
    assertThat(sink.heard()).containsExactly("ended");
  }

  @Test
  void toWaitInTheQueueIsNotToBeLost() {
    flight.queued(1);

    assertThat(flight.isLost(Chunks.SETTINGS, seconds(3600))).isFalse();
    assertThat(flight.isAwaited(Chunks.SETTINGS, seconds(9))).isFalse();
    assertThat(flight.isAwaited(Chunks.SETTINGS, seconds(11))).isTrue();
  }

  @Test
  void whatIsNotInTheQueueAndWithNoNodeIsLost() {
    flight.queued(seconds(1));
    flight.passed(seconds(12), seconds(13));

    assertThat(flight.isLost(Chunks.SETTINGS, seconds(15))).isFalse();
    assertThat(flight.isLost(Chunks.SETTINGS, seconds(17))).isTrue();
  }

  @Test
  void aProbeThatWentBeforeItTellsNothing() {
    flight.queued(seconds(12));
    flight.passed(seconds(11), seconds(13));

    assertThat(flight.isLost(Chunks.SETTINGS, seconds(3600))).isFalse();
  }

  @Test
  void whatASecondNodeWasGivenIsLostUnlessTheFirstStillHasIt() {
    flight.held(seconds(1));
    flight.returned(seconds(2));

    assertThat(flight.isLost(Chunks.SETTINGS, seconds(3))).isFalse();
    assertThat(flight.isLost(Chunks.SETTINGS, seconds(5))).isTrue();

    flight.held(seconds(3));
    assertThat(flight.isLost(Chunks.SETTINGS, seconds(5))).isFalse();
  }

  @Test
  void ofWhatMayRunOnlyOnceAllNodesAreHeardFirst() {
    InFlight once = flight(true);
    once.returned(seconds(2));

    assertThat(once.isLost(Chunks.SETTINGS, seconds(11))).isFalse();
    assertThat(once.isLost(Chunks.SETTINGS, seconds(13))).isTrue();
  }

  @Test
  void whileNothingCanBeHeardNothingIsLost() {
    flight.queued(seconds(0));
    flight.held(seconds(1));
    flight.passed(seconds(90), seconds(91));
    flight.waitAnew(seconds(100));
    flight.passed(seconds(105), seconds(106));

    assertThat(flight.isLost(Chunks.SETTINGS, seconds(109))).isFalse();
    assertThat(flight.isLost(Chunks.SETTINGS, seconds(111))).isTrue();
  }

  @Test
  void whatWasWithANodeIsNotLostBeforeAllThatWasToldOfItHasCome() {
    flight.queued(seconds(0));
    flight.held(seconds(2));
    flight.passed(seconds(1), seconds(3));

    assertThat(flight.isLost(Chunks.SETTINGS, seconds(3600))).isFalse();
    assertThat(flight.isAwaited(Chunks.SETTINGS, seconds(11))).isFalse();
    assertThat(flight.isAwaited(Chunks.SETTINGS, seconds(13))).isTrue();
    flight.passed(seconds(13), seconds(13));
    assertThat(flight.isLost(Chunks.SETTINGS, seconds(13))).isTrue();
  }

  @Test
  void whatMayNeverHaveReachedTheQueueIsLookedForSoonAndNotTakenBack() {
    flight.sent(seconds(1));

    assertThat(flight.isAwaited(Chunks.SETTINGS, seconds(2))).isFalse();
    assertThat(flight.isAwaited(Chunks.SETTINGS, seconds(3))).isTrue();
    flight.passed(seconds(3), seconds(3));
    assertThat(flight.isLost(Chunks.SETTINGS, seconds(6))).isFalse();
    assertThat(flight.isLost(Chunks.SETTINGS, seconds(7))).isTrue();
  }

  @Test
  void tasksThatDidNotFitIntoTheMessageWereNotStarted() {
    flight.shorten(2);

    assertThat(flight.tell(Chunks.outcomes(12, 1))).isEqualTo(-1);
    assertThat(flight.tell(Chunks.outcomes(10, 2))).isEqualTo(2);
    assertThat(flight.open()).isEmpty();
    flight.end();
    assertThat(sink.heard()).containsExactly("10+2", "ended");
  }
}
