package dev.manyhands.dispatch;

import dev.manyhands.job.JsonLines;

/// A block of inputs in which any run of lines is found without reading the block from its start.
final class IndexedInputs {
  private static final int LINES_PER_MARK = 256;

  private final JsonLines lines;
  private final int[] marks;

  IndexedInputs(JsonLines lines) {
    this.lines = lines;
    this.marks = new int[lines.count() / LINES_PER_MARK + 1];
    int at = lines.offset();
    int line = 0;
    marks[0] = at;
    byte[] bytes = lines.bytes();
    for (int end = at + lines.length(); at < end; at++) {
      if (bytes[at] == '\n' && ++line % LINES_PER_MARK == 0) {
        marks[line / LINES_PER_MARK] = at + 1;
      }
    }
  }

  int bytes() {
    return lines.length();
  }

  int count() {
    return lines.count();
  }

  /// `n` lines after the first `skip`.
  JsonLines slice(int skip, int n) {
    int from = skip / LINES_PER_MARK;
    int to = (skip + n) / LINES_PER_MARK + 1;
    int start = marks[from];
    boolean last = to >= marks.length;
    int end = last ? lines.offset() + lines.length() : marks[to];
    int firstLine = from * LINES_PER_MARK;
    int count = (last ? lines.count() : to * LINES_PER_MARK) - firstLine;
    return new JsonLines(lines.bytes(), start, end - start, count).slice(skip - firstLine, n);
  }
}
