package dev.manyhands.store;

import dev.manyhands.job.JobId;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/// What nodes on one PostgreSQL database tell each other of jobs, as notifications: sent with the
/// commit that makes it so, or not at all, and heard by those who listen then. Nobody relies on
/// hearing: whoever could have missed something looks into the tables.
final class News {
  static final String CHANNEL = "manyhands_news";

  /// A job ended for which another job waits.
  static final String ENDED = "ended ";

  /// A job was removed.
  static final String REMOVED = "removed ";

  /// A node left.
  static final String LEFT = "left";

  private static final String TELL_ENDED =
      """
      SELECT pg_notify('%s', '%s' || depends_on) FROM
        (SELECT DISTINCT depends_on FROM dependencies WHERE depends_on = ANY (?)) AS needed
      """
          .formatted(CHANNEL, ENDED);
  private static final String TELL_REMOVED =
      "SELECT pg_notify('%s', '%s' || job) FROM unnest(?) AS job".formatted(CHANNEL, REMOVED);
  private static final String TELL_LEFT = "SELECT pg_notify('%s', '%s')".formatted(CHANNEL, LEFT);

  private News() {}

  /// Tells what follows from the changes of a commit, with it.
  static void tell(JdbcTemplate jdbc, List<Change> changes, List<Boolean> effects) {
    List<String> ended = new ArrayList<>(0);
    List<String> removed = new ArrayList<>(0);
    for (int i = 0; i < changes.size(); i++) {
      JobId job = changes.get(i).job();
      if (effects.get(i) && job != null) {
        if (changes.get(i) instanceof Change.Append append && append.state().isTerminal()) {
          ended.add(job.text());
        } else if (changes.get(i) instanceof Change.Remove) {
          removed.add(job.text());
        }
      }
    }
    tell(jdbc, TELL_ENDED, ended);
    tell(jdbc, TELL_REMOVED, removed);
  }

  private static void tell(JdbcTemplate jdbc, String how, List<String> jobs) {
    if (!jobs.isEmpty()) {
      jdbc.query(how, (_, _) -> true, (Object) jobs.toArray(String[]::new));
    }
  }

  static void tellLeft(JdbcTemplate jdbc) {
    jdbc.query(TELL_LEFT, (_, _) -> true);
  }
}
