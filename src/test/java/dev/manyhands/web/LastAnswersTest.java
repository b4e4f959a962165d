package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Wait;
import jakarta.servlet.Filter;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/// The service stops while a servlet has a request, and goes on having it. [UploadStopTest] has the
/// case that none has it any more.
@ExtendWith(OutputCaptureExtension.class)
class LastAnswersTest {
  @TempDir Path data;

  @Test
  void whatAServletStillHasWhenItsTimeIsOverIsNotWaitedForOnceMore(CapturedOutput output)
      throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Filter endless =
        (request, response, chain) -> {
          begun.countDown();
          Wait.until(end, "the test is over");
          chain.doFilter(request, response);
        };
    Api api =
        Api.troubled(
            data,
            beans -> beans.registerSingleton("endless", endless),
            Api.NO_PYTHON,
            "--spring.lifecycle.timeout-per-shutdown-phase=1s");
    CompletableFuture<?> _ = api.sendLater(api.to("/v1/info"));
    try {
      Wait.until(begun, "a servlet has the request");

      api.close();

      assertThat(output).doesNotContain("not every answer was sent");
    } finally {
      end.countDown();
    }
  }
}
