package dev.manyhands.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/// The nodes of a database and their leases. Only the clock of the database counts.
final class NodeRows {
  private static final String ENTER =
      """
      INSERT INTO nodes (id, url, lease_until)
      VALUES (?, ?, clock_timestamp() + ? * INTERVAL '1 millisecond')
      """;

  /// Not a lease that has run out: others may be about to take over.
  private static final String RENEW =
      """
      UPDATE nodes SET url = ?, lease_until = clock_timestamp() + ? * INTERVAL '1 millisecond'
      WHERE id = ? AND lease_until > clock_timestamp()
      """;

  private static final String LEAVE = "DELETE FROM nodes WHERE id = ?";
  private static final String FORGET_GONE =
      "DELETE FROM nodes WHERE lease_until <= clock_timestamp()";
  private static final String ALL =
      """
      SELECT id, url, started_at, lease_until FROM nodes WHERE lease_until > clock_timestamp()
      ORDER BY started_at, id
      """;

  /// Owners of something unfinished that are no nodes any more.
  private static final String GONE =
      """
      SELECT owner FROM (SELECT owner FROM jobs WHERE ended_at IS NULL
          UNION SELECT owner FROM staged) AS owners
      WHERE NOT EXISTS (SELECT 1 FROM nodes
          WHERE nodes.id = owners.owner AND lease_until > clock_timestamp())
      ORDER BY owner
      """;

  /// Until the end of the transaction: one node at a time takes over, and sees what the one before
  /// it has taken. The number is ours: "MHND".
  private static final String ONE_AT_A_TIME = "SELECT 1 FROM pg_advisory_xact_lock(1296584260)";

  private NodeRows() {}

  static void enter(JdbcTemplate jdbc, String id, @Nullable String url, Duration lease) {
    jdbc.update(ENTER, id, url, lease.toMillis());
  }

  /// @return false if the lease has run out
  static boolean renew(JdbcTemplate jdbc, String id, @Nullable String url, Duration lease) {
    return jdbc.update(RENEW, url, lease.toMillis(), id) > 0;
  }

  static void leave(JdbcTemplate jdbc, String id) {
    jdbc.update(LEAVE, id);
  }

  static void forgetGone(JdbcTemplate jdbc) {
    jdbc.update(FORGET_GONE);
  }

  static void oneAtATime(JdbcTemplate jdbc) {
    jdbc.query(ONE_AT_A_TIME, (_, _) -> true);
  }

  static List<String> gone(JdbcTemplate jdbc) {
    return jdbc.query(GONE, (row, _) -> row.getString("owner"));
  }

  static List<Node> all(JdbcTemplate jdbc) {
    return jdbc.query(ALL, (row, _) -> node(row));
  }

  private static Node node(ResultSet row) throws SQLException {
    Timestamp until = row.getTimestamp("lease_until");
    return new Node(
        row.getString("id"),
        row.getString("url"),
        row.getTimestamp("started_at").toInstant(),
        until == null ? null : until.toInstant());
  }
}
