package dev.manyhands.store;

import dev.manyhands.job.Job;
import org.springframework.jdbc.core.JdbcTemplate;

/// The labels of jobs, where jobs are found by them. They go with their job.
final class JobLabels {
  private static final String INSERT =
      "INSERT INTO job_labels (name, value, job_id) VALUES (?, ?, ?)";

  private JobLabels() {}

  static void add(JdbcTemplate jdbc, Job job) {
    job.spec().labels().forEach((name, value) -> jdbc.update(INSERT, name, value, job.id().text()));
  }
}
