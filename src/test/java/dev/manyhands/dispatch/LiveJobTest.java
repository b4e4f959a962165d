package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LiveJobTest {
  private final LiveJob job = new LiveJob(Jobs.order(1), 1, null, false, new TailRoom(1024));

  @Test
  void itIsWatchedWhileAReaderFollowsIt() {
    assertThat(job.isWatched()).isFalse();

    job.tail.enter();
    assertThat(job.isWatched()).isTrue();

    job.tail.leave();
    assertThat(job.isWatched()).isFalse();
  }
}
