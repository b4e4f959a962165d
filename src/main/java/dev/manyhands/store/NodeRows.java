package dev.manyhands.store;

import dev.manyhands.job.JobId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.jdbc.core.JdbcTemplate;

/// The nodes of a database and their leases. Only the clock of the database counts.
final class NodeRows {
  static final String ENTER =
      """
      INSERT INTO nodes (id, name, roles, version, key, url, lease_until)
      VALUES (?, ?, ?, ?, ?, ?, clock_timestamp() + ? * INTERVAL '1 millisecond')
      """;

  /// Not a lease that has run out: others may be about to take over.
  static final String RENEW =
      """
      UPDATE nodes SET name = ?, roles = ?, version = ?, key = ?, url = ?,
          lease_until = clock_timestamp() + ? * INTERVAL '1 millisecond'
      WHERE id = ? AND lease_until > clock_timestamp()
      """;

  static final String LEAVE = "DELETE FROM nodes WHERE id = ?";
  private static final String FORGET_GONE =
      "DELETE FROM nodes WHERE lease_until <= clock_timestamp()";

  /// A renewal does not wait for it, nor it for a renewal.
  private static final String HOLD = "SELECT 1 FROM nodes WHERE id = ? FOR KEY SHARE";

  private static final String ALL =
      """
      SELECT id, name, roles, version, key, url, started_at,
          EXTRACT(EPOCH FROM lease_until - clock_timestamp()) * 1000 AS left_ms
      FROM nodes WHERE lease_until > clock_timestamp() ORDER BY started_at, id
      """;

  private static final String OWNER =
      """
      SELECT owner, ended_at IS NULL AS runs, url,
          coalesce(EXTRACT(EPOCH FROM lease_until - clock_timestamp()) * 1000, 0) AS left_ms
      FROM jobs LEFT JOIN nodes ON nodes.id = jobs.owner AND lease_until > clock_timestamp()
      WHERE jobs.id = ?
      """;

  /// What SQLite has too.
  private static final String UNFINISHED =
      "SELECT owner, count(*) AS jobs FROM jobs WHERE ended_at IS NULL GROUP BY owner";

  /// Owners of something unfinished, or of a duty. One statement, so that whoever takes a node's
  /// jobs takes its duty too.
  private static final String OWNERS =
      """
      SELECT owner FROM (SELECT owner FROM jobs WHERE ended_at IS NULL
          UNION SELECT owner FROM staged UNION SELECT node FROM duties
          UNION SELECT owner FROM jobs JOIN deliveries ON job_id = jobs.id
              WHERE due_at IS NOT NULL) AS owners
      WHERE NOT EXISTS (SELECT 1 FROM nodes WHERE nodes.id = owners.owner%s)
      ORDER BY owner
      """;

  private static final String GONE = OWNERS.formatted(" AND lease_until > clock_timestamp()");
  static final String FORGOTTEN = OWNERS.formatted("");

  /// Until the end of the transaction: one node at a time takes over, and sees what the one before
  /// it has taken. The number is ours: "MHND".
  private static final String AWAIT_TURN = "SELECT true FROM pg_advisory_xact_lock(1296584260)";

  private static final String TAKE_TURN = "SELECT pg_try_advisory_xact_lock(1296584260)";

  private NodeRows() {}

  static void enter(JdbcTemplate jdbc, String id, Presence presence, Duration lease) {
    jdbc.update(
        ENTER,
        id,
        presence.name(),
        String.join(",", presence.roles()),
        presence.version(),
        presence.key(),
        presence.url(),
        lease.toMillis());
  }

  /// @return false if the lease has run out
  static boolean renew(JdbcTemplate jdbc, String id, Presence presence, Duration lease) {
    return jdbc.update(
            RENEW,
            presence.name(),
            String.join(",", presence.roles()),
            presence.version(),
            presence.key(),
            presence.url(),
            lease.toMillis(),
            id)
        > 0;
  }

  static void leave(JdbcTemplate jdbc, String id) {
    jdbc.update(LEAVE, id);
  }

  static void forgetGone(JdbcTemplate jdbc) {
    jdbc.update(FORGET_GONE);
  }

  /// The node stays one until the end of the transaction.
  ///
  /// @throws NoNode if it is none
  static void hold(JdbcTemplate jdbc, String id) {
    if (jdbc.query(HOLD, (_, _) -> true, id).isEmpty()) {
      throw new NoNode(id);
    }
  }

  /// @param waits until no other node takes over
  /// @return false if one does
  static boolean isAlone(JdbcTemplate jdbc, boolean waits) {
    return jdbc.query(waits ? AWAIT_TURN : TAKE_TURN, (row, _) -> row.getBoolean(1)).getFirst();
  }

  /// Owners that are no nodes any more, or are about to be none.
  static List<String> gone(JdbcTemplate jdbc) {
    return jdbc.query(GONE, (row, _) -> row.getString("owner"));
  }

  /// Owners that are no nodes any more. One whose lease has just run out may be renewing it this
  /// moment, and is a node until somebody forgets it.
  static List<String> forgotten(JdbcTemplate jdbc) {
    return jdbc.query(FORGOTTEN, (row, _) -> row.getString("owner"));
  }

  static List<Node> all(JdbcTemplate jdbc) {
    return jdbc.query(ALL, (row, _) -> node(row));
  }

  private static Node node(ResultSet row) throws SQLException {
    String roles = row.getString("roles");
    Presence presence =
        new Presence(
            row.getString("name"),
            roles.isEmpty() ? List.of() : List.of(roles.split(",")),
            row.getString("version"),
            row.getString("key"),
            row.getString("url"));
    return new Node(
        row.getString("id"), presence, row.getTimestamp("started_at").toInstant(), left(row));
  }

  private static Duration left(ResultSet row) throws SQLException {
    return Duration.ofMillis(Math.max(0, row.getLong("left_ms")));
  }

  static Optional<Owner> ownerOf(JdbcTemplate jdbc, JobId job) {
    return jdbc
        .query(
            OWNER,
            (row, _) ->
                new Owner(
                    row.getString("owner"),
                    row.getBoolean("runs"),
                    row.getString("url"),
                    left(row)),
            job.text())
        .stream()
        .findFirst();
  }

  static Map<String, Integer> unfinished(JdbcTemplate jdbc) {
    Map<String, Integer> jobs = new TreeMap<>();
    jdbc.query(
        UNFINISHED,
        row -> {
          jobs.put(row.getString("owner"), row.getInt("jobs"));
        });
    return jobs;
  }
}
