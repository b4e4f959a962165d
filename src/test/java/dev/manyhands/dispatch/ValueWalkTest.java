package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Failure;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.LargeValue;
import dev.manyhands.job.Logged;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.job.RunTimes;
import dev.manyhands.job.Stint;
import dev.manyhands.job.TaskError;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ValueWalkTest {
  private static final JobId JOB = new JobId("job_" + "1".repeat(26));

  private final ScriptedStore store = new ScriptedStore();
  private final ValueWalk walk = new ValueWalk(store);
  private final List<String> told = new ArrayList<>();
  private int pauses;

  /// Tasks 0 to 9 in three blocks, of which 2 and 9 have failed, and 5, 6 and 8 have large values.
  ValueWalkTest() {
    block(0, 5, List.of(2), List.of());
    block(5, 3, List.of(), List.of(5, 6));
    block(8, 2, List.of(9), List.of(8));
  }

  private void block(int first, int count, List<Integer> failed, List<Integer> large) {
    String lines =
        IntStream.range(first, first + count)
            .mapToObj(i -> failed.contains(i) || large.contains(i) ? "null\n" : i + "\n")
            .collect(Collectors.joining());
    Outcomes outcomes =
        new Outcomes(
            first,
            JsonLines.of(lines),
            failed.stream()
                .map(i -> new Failure(i, Outcome.FAILED, TaskError.timeout("made by a test")))
                .toList(),
            RunTimes.of(count, count),
            List.of(),
            new Stint("threads-1", Jobs.NOON, Jobs.NOON));
    List<LargeValue> values =
        large.stream()
            .map(i -> new LargeValue(i, ("\"large " + i + "\"").length(), "string", ""))
            .toList();
    store.results.add(new Logged(first, new ResultBlock.Ran(1, outcomes, values)));
  }

  private void hear(JsonLines run) {
    told.addAll(run.toString().lines().toList());
  }

  private void assertAllTold() {
    assertThat(told)
        .containsExactly("0", "1", "3", "4", "\"large 5\"", "\"large 6\"", "7", "\"large 8\"");
  }

  @Test
  void valuesAreToldInOrderWithoutThoseThatFailed() {
    walk.walk(JOB, this::hear);

    assertAllTold();
  }

  @Test
  void whoIsFullAfterEachRunHearsEachValueOnce() {
    walk.walk(JOB, () -> pauses++, () -> true, this::hear);

    assertAllTold();
    // Each run is read alone, and then it is seen that there is nothing more.
    assertThat(pauses).isGreaterThan(6);
  }
}
