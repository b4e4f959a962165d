package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.store.StoreUnavailable;
import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A sender of which something could not be stored hears what is there: what it sent first.
@Timeout(180)
class PartlyStoredTest {
  @TempDir Path data;

  private final Troubled trouble = new Troubled();

  @Test
  void nothingIsKeptBehindALineThatCouldNotBeStored() throws Exception {
    try (Api api = Api.troubled(data, trouble)) {
      // Paused, so that only what arrives is committed.
      String job = api.submit(Api.job("square", "[]").replaceFirst("\\{", "{\"open\":true,"));
      api.post(job + "/pause", "");
      try (StreamedBody body = new StreamedBody(api, job + "/inputs")) {
        body.write("1\n2\n");
        Wait.untilSeen("two are stored", () -> total(api, job) == 2);
        CountDownLatch committing = new CountDownLatch(1);
        CountDownLatch sent = new CountDownLatch(1);
        trouble.commits =
            () -> {
              trouble.commits = null;
              committing.countDown();
              Wait.until(sent, "all is sent");
              return new StoreUnavailable("a test has it so", new IOException());
            };
        body.write("3\n");
        Wait.until(committing, "the third is on its way");
        body.write("4\n").writeAsIs("0\r\n\r\n");
        sent.countDown();

        assertThat(body.answer())
            .startsWith("HTTP/1.1 503")
            .contains(
                "2 inputs of this request were taken, the first with index 0, the last with 1");
        assertThat(total(api, job)).isEqualTo(2);
      }
    }
  }

  private static int total(Api api, String job) {
    try {
      return Api.json(api.get(job)).at("/counts/total").intValue();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
