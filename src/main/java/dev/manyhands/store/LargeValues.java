package dev.manyhands.store;

import dev.manyhands.job.JobId;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.LargeValue;
import dev.manyhands.job.Outcomes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;

/// Values that are too long for a result block, in pieces beside the log: whoever reads the log
/// loads a block at a time into memory, and a value may be 64 MB. Written in the transaction of
/// their block, deleted with the blocks of their job.
final class LargeValues {
  private static final String INSERT =
      "INSERT INTO large_values (job_id, task, piece, bytes) VALUES (?, ?, ?, ?)";
  private static final String PIECE =
      """
      SELECT bytes FROM large_values
      WHERE job_id = ? AND EXISTS (SELECT 1 FROM jobs WHERE id = job_id) AND task = ? AND piece = ?
      """;
  private static final byte[] NULL = {'n', 'u', 'l', 'l'};

  private final JsonLines lines;
  private final List<LargeValue> large = new ArrayList<>(0);

  /// Where in the lines each of the large ones starts.
  private final List<Integer> starts = new ArrayList<>(0);

  /// Finds the values with more than so many bytes.
  LargeValues(Outcomes outcomes, int most) {
    this.lines = outcomes.values();
    if (mayHoldLongerLine(lines, most)) {
      find(outcomes.first(), most);
    }
  }

  /// Looks at no more than one line in `most` bytes: a line that covers none of the places that are
  /// so far apart is not longer.
  private static boolean mayHoldLongerLine(JsonLines lines, int most) {
    byte[] bytes = lines.bytes();
    int from = lines.offset();
    int end = from + lines.length();
    while (end - from > most) {
      int newline = from + most;
      while (newline >= from && bytes[newline] != '\n') {
        newline--;
      }
      if (newline < from) {
        return true;
      }
      from = newline + 1;
    }
    return false;
  }

  private void find(int first, int most) {
    int at = lines.offset();
    for (int i = 0; i < lines.count(); i++) {
      int end = lines.end(at);
      if (end - at > most) {
        starts.add(at);
        large.add(
            new LargeValue(
                first + i, end - at, LargeValue.typeOf(lines.bytes()[at]), sha256(at, end)));
      }
      at = end + 1;
    }
  }

  private String sha256(int from, int to) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(lines.bytes(), from, to - from);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  List<LargeValue> list() {
    return large;
  }

  /// The lines as the block keeps them, with `null` for each large value.
  byte[] rest() {
    if (large.isEmpty()) {
      return lines.toByteArray();
    }
    long cut = large.stream().mapToLong(LargeValue::bytes).sum();
    byte[] rest =
        new byte[Math.toIntExact(lines.length() - cut + (long) NULL.length * large.size())];
    int length = 0;
    int at = lines.offset();
    for (int i = 0; i < large.size(); i++) {
      int kept = starts.get(i) - at;
      System.arraycopy(lines.bytes(), at, rest, length, kept);
      System.arraycopy(NULL, 0, rest, length + kept, NULL.length);
      length += kept + NULL.length;
      at = starts.get(i) + (int) large.get(i).bytes();
    }
    System.arraycopy(lines.bytes(), at, rest, length, lines.offset() + lines.length() - at);
    return rest;
  }

  void insert(JdbcTemplate jdbc, String job) {
    for (int i = 0; i < large.size(); i++) {
      LargeValue value = large.get(i);
      int end = starts.get(i) + (int) value.bytes();
      int piece = 0;
      for (int at = starts.get(i); at < end; at += LargeValue.PIECE_BYTES) {
        byte[] bytes =
            Arrays.copyOfRange(lines.bytes(), at, Math.min(end, at + LargeValue.PIECE_BYTES));
        jdbc.update(INSERT, job, value.index(), piece++, bytes);
      }
    }
  }

  /// @return none if there is no such piece
  static Optional<byte[]> piece(JdbcTemplate jdbc, JobId job, int task, int piece) {
    return jdbc.query(PIECE, (row, _) -> row.getBytes("bytes"), job.text(), task, piece).stream()
        .findFirst();
  }
}
