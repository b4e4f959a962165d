package dev.manyhands.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.dispatch.Intake;
import dev.manyhands.dispatch.JobService;
import dev.manyhands.dispatch.LimitService;
import dev.manyhands.job.Care;
import dev.manyhands.job.Function;
import dev.manyhands.job.Gates;
import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobSpec;
import dev.manyhands.job.JobState;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Keeping;
import dev.manyhands.job.Limit;
import dev.manyhands.job.LimitUse;
import dev.manyhands.job.Placement;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/// Holds `src/docs/metrics.md` against a service that has run a job.
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = "management.prometheus.metrics.export.enabled=true")
class MetricsTableTest {
  private static final Pattern ROW =
      Pattern.compile("\\| `(manyhands_\\w+)` \\| (\\w+) \\| ([^|]*)\\|.*");
  private static final Pattern TYPE =
      Pattern.compile("# TYPE (manyhands_\\w+) (\\w+)\n[^{\n]*(?:\\{([^}\n]*)})?");
  private static final Pattern TAG = Pattern.compile("(\\w+)=\"|`(\\w+)`");

  @TempDir static Path data;

  @DynamicPropertySource
  static void settings(DynamicPropertyRegistry registry) {
    registry.add("manyhands.data", () -> data.toString());
  }

  private final JobService jobs;
  private final LimitService limits;
  private final PrometheusMeterRegistry registry;

  MetricsTableTest(
      @Autowired JobService jobs,
      @Autowired LimitService limits,
      @Autowired PrometheusMeterRegistry registry) {
    this.jobs = jobs;
    this.limits = limits;
    this.registry = registry;
  }

  @BeforeEach
  void runAJob() {
    try (Intake intake = jobs.intake()) {
      intake.add(new InputBlock(0, JsonLines.of("1\n2\n3\n")));
      Job job =
          intake.accept(
              new JobSpec(
                  new Function.Java("square"),
                  Placement.ANYWHERE,
                  Care.DEFAULT,
                  new Gates(null, null, null, List.of(new LimitUse("db", 4, null))),
                  Keeping.DEFAULT,
                  Map.of()));
      Job ended = jobs.awaitEnd(job.id(), Duration.ofSeconds(60));
      assertThat(ended.state()).isEqualTo(JobState.SUCCEEDED);
    }
  }

  @Test
  void everyMetricIsInTheTableAndTheTableHasNoOther() throws IOException {
    Map<String, String> documented = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("src/docs/metrics.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        documented.put(row.group(1), row.group(2) + tags(row.group(3)));
      }
    }

    assertThat(scraped()).isEqualTo(documented);
  }

  /// Name, type and tags of each family of ours.
  private Map<String, String> scraped() {
    Map<String, String> scraped = new TreeMap<>();
    Matcher type = TYPE.matcher(registry.scrape());
    while (type.find()) {
      // A timer's greatest value of late is a gauge that Micrometer adds to each histogram.
      if (!type.group(1).endsWith("_max")) {
        scraped.put(type.group(1), type.group(2) + tags(type.group(3)));
      }
    }
    return scraped;
  }

  /// Without the bound that each bucket of a histogram has.
  private static Set<String> tags(@Nullable String text) {
    return TAG.matcher(text == null ? "" : text)
        .results()
        .map(tag -> tag.group(1) == null ? tag.group(2) : tag.group(1))
        .filter(tag -> !tag.equals("le"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void theDiskThatIsWatchedIsThatOfTheData() {
    String path = data.toAbsolutePath().toString();

    assertThat(registry.get("disk.free").tag("path", path).gauge().value()).isPositive();
  }

  @Test
  void metersOfALimitGoWithIt() {
    limits.put(new Limit("gone", 2, null));
    assertThat(registry.get("manyhands.limit.permits").tag("limit", "gone").gauge().value())
        .isEqualTo(2);
    limits.put(new Limit("gone", 3, null));
    assertThat(registry.get("manyhands.limit.permits").tag("limit", "gone").gauge().value())
        .isEqualTo(3);
    limits.remove("gone");

    assertThat(registry.scrape()).contains("limit=\"db\"").doesNotContain("limit=\"gone\"");
  }

  @Test
  void tasksAreCountedByOutcomeAndPool() {
    double succeeded =
        registry
            .get("manyhands.tasks.ended")
            .tag("pool", "threads")
            .tag("outcome", "succeeded")
            .counter()
            .count();

    assertThat(succeeded).isGreaterThanOrEqualTo(3).isEqualTo(Math.rint(succeeded));
  }
}
