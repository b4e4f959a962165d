package dev.manyhands.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The table of moves in `src/docs/lifecycle.md` is what the states themselves say.
class LifecycleTest {
  private static final Pattern WORD = Pattern.compile("`([a-z]+)`");
  private static final int COLUMNS = 5;

  @Test
  void theTableHasEveryMoveAndNoOther() throws IOException {
    Set<String> told = new TreeSet<>();
    for (String[] row : rows()) {
      for (String from : words(row[0])) {
        for (String to : words(row[1])) {
          // A pause while it receives is none: the state stays.
          if (!from.equals(to)) {
            told.add(from + " -> " + to);
          }
        }
      }
    }

    assertThat(told).isEqualTo(legal());
  }

  @Test
  void everyMoveSaysWhyWhoAndWhatTheClientSees() throws IOException {
    for (String[] row : rows()) {
      assertThat(row).as(String.join("|", row)).hasSize(COLUMNS);
      assertThat(List.of(row).subList(1, COLUMNS)).noneMatch(String::isBlank);
    }
  }

  private static Set<String> legal() {
    Set<String> legal = new TreeSet<>();
    for (JobState from : JobState.values()) {
      from.next().forEach(to -> legal.add(from.word() + " -> " + to.word()));
    }
    return legal;
  }

  /// The cells of each row of the first table, without its head.
  private static List<String[]> rows() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("src/docs/lifecycle.md"));
    int head = lines.indexOf("| from | to | cause | who | what the client sees |");
    assertThat(head).isPositive();
    return lines.subList(head + 2, lines.size()).stream()
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> line.substring(1, line.length() - 1).split("\\|", -1))
        .toList();
  }

  private static List<String> words(String cell) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(cell);
    while (word.find()) {
      words.add(word.group(1));
    }
    return words;
  }
}
