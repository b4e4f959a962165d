package dev.manyhands.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobState;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The store between processes: one at a time, and nothing lost with a killed one.
@Timeout(180)
class SqliteProcessesTest {
  @TempDir Path folder;

  private Process other;
  private BufferedReader out;

  @BeforeEach
  void startOther() throws IOException {
    other = CommittingProcess.start(folder);
    out = other.inputReader();
    CommittingProcess.awaitId(out);
  }

  @AfterEach
  void endOther() {
    other.destroyForcibly();
  }

  @Test
  void secondProcessIsRefusedAndTheFirstGoesOn() throws IOException {
    assertThatThrownBy(() -> SqliteJobStore.open(folder))
        .isInstanceOf(DataFolderInUse.class)
        .hasMessageContaining(folder.toString());

    for (int i = 0; i < 50; i++) {
      CommittingProcess.awaitId(out);
    }
  }

  @Test
  void whatAKilledProcessCommittedIsThere() throws IOException, InterruptedException {
    List<String> printed = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      printed.add(CommittingProcess.awaitId(out));
    }
    other.toHandle().destroyForcibly(); // which leaves what it printed to be read
    assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
    out.lines().filter(line -> line.length() == 30).forEach(printed::add);

    try (JobStore store = SqliteJobStore.open(folder)) {
      for (String id : printed) {
        Job job = store.job(new JobId(id)).orElseThrow();
        assertThat(job.state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(store.byCompletion(job.id(), 0, 10)).hasSize(2);
        assertThat(store.inputs(job.id(), 0)).isPresent();
      }
      assertThat(store.claimUnfinished()).hasSizeLessThanOrEqualTo(1);
    }
  }
}
