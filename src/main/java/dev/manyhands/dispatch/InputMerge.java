package dev.manyhands.dispatch;

import dev.manyhands.job.InputBlock;
import dev.manyhands.job.JsonLines;
import java.util.ArrayList;
import java.util.List;

/// Makes blocks of a good size out of inputs that came in small runs.
final class InputMerge {
  private InputMerge() {}

  /// @param first index of the first input
  static List<InputBlock> blocks(int first, List<JsonLines> runs) {
    List<InputBlock> blocks = new ArrayList<>();
    int next = first;
    for (int from = 0; from < runs.size(); ) {
      int to = from + 1;
      long bytes = runs.get(from).length();
      while (to < runs.size() && bytes + runs.get(to).length() <= InputBlock.TARGET_BYTES) {
        bytes += runs.get(to).length();
        to++;
      }
      JsonLines inputs = to == from + 1 ? runs.get(from) : joined(runs.subList(from, to));
      blocks.add(new InputBlock(next, inputs));
      next += inputs.count();
      from = to;
    }
    return blocks;
  }

  /// One run of all.
  static JsonLines joined(List<JsonLines> runs) {
    byte[] bytes = new byte[runs.stream().mapToInt(JsonLines::length).sum()];
    int length = 0;
    int count = 0;
    for (JsonLines run : runs) {
      System.arraycopy(run.bytes(), run.offset(), bytes, length, run.length());
      length += run.length();
      count += run.count();
    }
    return new JsonLines(bytes, 0, length, count);
  }
}
