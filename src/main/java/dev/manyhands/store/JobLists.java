package dev.manyhands.store;

import dev.manyhands.job.Job;
import dev.manyhands.job.JobFilter;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/// Reads lists of jobs, newest first.
///
/// A list with a label goes along that label's jobs, any other along all of them: among 100,000
/// jobs one that matches nothing takes 10 to 35 ms, so that an index for each filter, which every
/// job would pay for, buys little.
final class JobLists {
  private static final String NEWEST = JobRows.SELECT + "ORDER BY id DESC LIMIT ?";
  private static final String OLDER = JobRows.SELECT + "WHERE id < ? ORDER BY id DESC LIMIT ?";

  /// Sorts behind every id.
  private static final String BEHIND = "k";

  private static final String LABELLED =
      "(SELECT job_id AS labelled FROM job_labels WHERE name = ? AND value = ?) AS chosen CROSS JOIN ";
  private static final String HAS_LABEL =
      "AND EXISTS (SELECT 1 FROM job_labels WHERE name = ? AND value = ? AND job_labels.job_id = id)";

  /// By the number of labels.
  private static final List<String> FILTERED =
      IntStream.rangeClosed(0, JobFilter.MAX_LABELS).mapToObj(JobLists::filtered).toList();

  private final JdbcTemplate jdbc;

  JobLists(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  private static String filtered(int labels) {
    String from = labels == 0 ? "FROM jobs " : "FROM " + LABELLED + "jobs ";
    String place = labels == 0 ? "id" : "labelled";
    return JobRows.COLUMNS
        + from
        + "JOIN job_specs ON job_specs.job_id = id WHERE "
        + (labels == 0 ? "" : "id = labelled AND ")
        + place
        + """
         < ?
        AND (CAST(? AS BIGINT) IS NULL OR created_at > ?)
        AND (CAST(? AS BIGINT) IS NULL OR created_at < ?)
        AND (CAST(? AS TEXT) IS NULL OR ? AND ended_at IS NULL OR instr(?, ',' || state || ',') > 0)
        AND (CAST(? AS TEXT) IS NULL OR jobs.function = ? OR instr(jobs.function, ? || ':') = 1
            OR substr(jobs.function, instr(jobs.function, ':') + 1) = ?
            OR instr(jobs.function, 'mixed:') = 1 AND EXISTS (
                SELECT 1 FROM job_functions AS one WHERE one.job_id = id AND (one.function = ?
                    OR instr(one.function, ? || ':') = 1
                    OR substr(one.function, instr(one.function, ':') + 1) = ?)))
        """
        + HAS_LABEL.repeat(Math.max(0, labels - 1))
        + " ORDER BY "
        + place
        + " DESC LIMIT ?";
  }

  List<Job> jobs(JobFilter filter, @Nullable JobId before, int limit) {
    if (!filter.equals(JobFilter.NONE)) {
      return query(FILTERED.get(filter.labels().size()), parameters(filter, before, limit));
    }
    return before == null
        ? query(NEWEST, List.of(limit))
        : query(OLDER, List.of(before.text(), limit));
  }

  private List<Job> query(String sql, Collection<?> parameters) {
    return jdbc.query(sql, (row, _) -> JobRows.job(row), parameters.toArray());
  }

  private static List<@Nullable Object> parameters(
      JobFilter filter, @Nullable JobId before, int limit) {
    List<@Nullable Object> all = new ArrayList<>();
    List<JobFilter.Label> labels = filter.labels();
    labels.stream().limit(1).forEach(label -> add(all, label));
    all.add(before == null ? BEHIND : before.text());
    twice(all, Micros.of(filter.createdAfter()));
    twice(all, Micros.of(filter.createdBefore()));
    String ended =
        filter.terminal().stream().map(JobState::word).collect(Collectors.joining(",", ",", ","));
    all.add(filter.states().isEmpty() ? null : ended);
    all.add(filter.allowsUnfinished());
    all.add(ended);
    all.addAll(Collections.nCopies(7, filter.function()));
    labels.stream().skip(1).forEach(label -> add(all, label));
    all.add(limit);
    return all;
  }

  private static void add(List<@Nullable Object> to, JobFilter.Label label) {
    to.add(label.name());
    to.add(label.value());
  }

  private static void twice(List<@Nullable Object> to, @Nullable Object value) {
    to.add(value);
    to.add(value);
  }
}
