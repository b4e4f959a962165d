package dev.manyhands.cluster;

import dev.manyhands.job.Call;
import dev.manyhands.job.Chunk;
import dev.manyhands.job.Function;
import dev.manyhands.job.JobIds;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.RunTimes;
import dev.manyhands.job.Stint;
import dev.manyhands.job.Timeouts;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.springframework.util.unit.DataSize;

/// Chunks, outcomes and settings for tests.
final class Chunks {
  static final ClusterSettings SETTINGS =
      new ClusterSettings(
          true,
          "",
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ZERO,
          5,
          DataSize.ofKilobytes(1));

  private static final JobIds IDS = new JobIds(InstantSource.system());

  private Chunks() {}

  static Call call(boolean once) {
    return new Call(IDS.next(), "admin", new Function.Java("square"), Timeouts.NONE, once);
  }

  static Chunk chunk(long id, int first, int count, boolean once) {
    return new Chunk(id, call(once), 1, first, count, () -> JsonLines.of("1\n".repeat(count)));
  }

  static byte[] message(String token, int count, boolean once) {
    return new ChunkMessage(
            token, "owner-1", call(once), 1, 0, false, true, JsonLines.of("1\n".repeat(count)))
        .write();
  }

  /// Neighbouring tasks that gave back `1`.
  static Outcomes outcomes(int first, int count) {
    return outcomes(first, "1\n".repeat(count));
  }

  static Outcomes outcomes(int first, String lines) {
    JsonLines values = JsonLines.of(lines);
    Instant noon = Instant.parse("2026-01-01T12:00:00Z");
    return new Outcomes(
        first,
        values,
        List.of(),
        RunTimes.of(values.count(), 1),
        List.of(),
        new Stint("threads-1", noon, noon));
  }
}
