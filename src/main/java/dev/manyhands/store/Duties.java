package dev.manyhands.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;

/// What one node at a time does for all that share a PostgreSQL database. The node has it for as
/// long as it has its lease; whoever takes over its jobs takes it too, in the same transaction.
///
/// There is one: the named limits. All jobs that name one belong to its holder, which therefore
/// knows what is in use, as the only node would.
final class Duties {
  static final String BEGIN =
      "INSERT INTO duties (name, node) VALUES ('limits', ?) ON CONFLICT DO NOTHING";
  private static final String TAKE = "UPDATE duties SET node = ? WHERE node = ANY (?)";

  /// Until the end of the transaction nobody takes it.
  private static final String HOLD =
      "SELECT 1 FROM duties WHERE name = 'limits' AND node = ? FOR SHARE";

  private static final String HOLDER =
      """
      SELECT node, url,
          coalesce(EXTRACT(EPOCH FROM lease_until - clock_timestamp()) * 1000, 0) AS left_ms
      FROM duties LEFT JOIN nodes ON nodes.id = duties.node AND lease_until > clock_timestamp()
      WHERE duties.name = 'limits'
      """;

  private Duties() {}

  /// Takes it where nobody ever had it.
  static void begin(JdbcTemplate jdbc, String node) {
    jdbc.update(BEGIN, node);
  }

  /// Takes it from those who are gone.
  static void take(JdbcTemplate jdbc, String node, List<String> gone) {
    jdbc.update(TAKE, node, gone.toArray(String[]::new));
  }

  /// Whether the node has it, and keeps it until the end of the transaction.
  static boolean hold(JdbcTemplate jdbc, String node) {
    return !jdbc.query(HOLD, (_, _) -> true, node).isEmpty();
  }

  static Optional<Owner> holder(JdbcTemplate jdbc) {
    return jdbc
        .query(
            HOLDER,
            (row, _) ->
                new Owner(
                    row.getString("node"),
                    true,
                    row.getString("url"),
                    Duration.ofMillis(Math.max(0, row.getLong("left_ms")))))
        .stream()
        .findFirst();
  }
}
