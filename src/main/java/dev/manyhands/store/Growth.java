package dev.manyhands.store;

import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/// How jobs that receive get longer.
final class Growth {
  private static final String TOTAL =
      "SELECT total FROM jobs WHERE id = ? AND epoch = ? AND state = 'receiving' FOR UPDATE";
  private static final String GROW = "UPDATE jobs SET total = ? WHERE id = ?";

  private final JdbcTemplate jdbc;
  private final InputBlocks blocks;
  private final Keys keys;

  Growth(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
    this.blocks = new InputBlocks(jdbc);
    this.keys = new Keys(jdbc);
  }

  /// @return false if the job is unknown, receives no more or has another epoch
  boolean grow(Change.Grow change) {
    String id = change.job().text();
    List<Integer> total = jdbc.query(TOTAL, (row, _) -> row.getInt("total"), id, change.epoch());
    if (total.isEmpty()) {
      return false;
    }
    keys.begin(change);
    jdbc.update(GROW, blocks.insert(change, change.blocks(), total.getFirst()), id);
    return true;
  }
}
