package dev.manyhands.cluster;

import dev.manyhands.testkit.Containers;
import dev.manyhands.testkit.Services;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Four nodes live through all faults of a class of tests, each of which is a [Trial].
@ExtendWith(Containers.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FourNodesContract {
  /// What runs on a worker node, and as much whose outcomes are on their way.
  static final int IN_HAND = 2 * FourNodes.SLOTS * Trial.CHUNK;

  @RegisterExtension static final Services services = new Services();

  @TempDir static Path folder;

  FourNodes four;

  Trial trial;

  /// Of the owners.
  abstract Duration lease();

  @BeforeAll
  void start() throws Exception {
    four = FourNodes.start(services, folder, lease());
  }

  @AfterAll
  void stop() throws Exception {
    four.close();
  }

  @AfterEach
  void mend() throws IOException {
    four.mend();
    four.revive();
  }

  @BeforeEach
  void begin(TestInfo test) {
    trial = new Trial(four, test.getTestMethod().orElseThrow().getName(), folder);
    four.awaitWorkers();
  }
}
