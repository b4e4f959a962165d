package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.manyhands.job.Refused;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadersTest {
  private static final Duration TIME = Duration.ofSeconds(1);

  private long now;
  private final Readers readers =
      new Readers(new FollowSettings(TIME, TIME, 2, 1), new SimpleMeterRegistry(), () -> now);

  @BeforeEach
  void start() {
    readers.start();
  }

  @Test
  void thoseThatAreAboutToReadHaveTheirPlacesToo() {
    Readers.Place first = readers.take();
    readers.take();

    assertThatThrownBy(readers::take).isInstanceOf(Refused.class).hasMessageContaining("than 2");
    first.giveBack();
    assertThat(readers.take()).isNotNull();
  }

  @Test
  void aPlaceIsTakenUntilItsReaderHasGone() {
    OpenAnswer answer = new OpenAnswer();
    Readers.Place place = readers.take();
    place.enter(answer);
    readers.take();
    assertThatThrownBy(readers::take).isInstanceOf(Refused.class);

    place.leave(answer);

    assertThat(readers.take()).isNotNull();
  }

  @Test
  void aPlaceOfWhoNeverComesIsFreeAfterAWhile() {
    readers.take();
    readers.take();
    now += Readers.PROMISE.toNanos();
    assertThatThrownBy(readers::take).isInstanceOf(Refused.class);

    now++;

    assertThat(readers.take()).isNotNull();
  }
}
