package dev.manyhands.store;

import dev.manyhands.job.Function;
import dev.manyhands.job.Job;
import org.springframework.jdbc.core.JdbcTemplate;

/// The labels of the functions of jobs that have several, where jobs are found by them. They go
/// with their job.
final class JobFunctions {
  private static final String INSERT =
      "INSERT INTO job_functions (job_id, function) VALUES (?, ?) ON CONFLICT DO NOTHING";

  private JobFunctions() {}

  static void add(JdbcTemplate jdbc, Job job) {
    if (job.spec().work().isMixed()) {
      for (Function function : job.spec().work().functions()) {
        jdbc.update(INSERT, job.id().text(), function.label());
      }
    }
  }
}
