package dev.manyhands.json;

import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Cuts a body of JSON lines into blocks of inputs while it arrives: each line one value, checked
/// as strictly as a body of JSON. Lines end with LF, CRLF or the body; blank ones count for
/// nothing. Holds one block and one line, however long the body is. Not safe for use by several
/// threads.
///
/// Lines that stand as they are to be stored are copied by the run, not one by one.
public final class LineCutter {
  private final Limits limits;
  private final LineCheck check;
  private final Utf8 utf8 = new Utf8();
  private final BlockCutter cutter;

  /// Takes the first line, as long as that has not come.
  private @Nullable Consumer<Asked> job;

  /// A line that has begun.
  private byte[] rest = new byte[256];

  private int restLength;
  private boolean hasBegun;

  /// Of the line that is read now, counted from 1.
  private long line = 1;

  /// Lines that are good and stand side by side, on their way into a block: where they start, and
  /// how many there are.
  private int runStart;

  private int run;

  /// The last of them that the parser has not seen yet: where they start; -1: none.
  private int unseen = -1;

  /// @param job takes the first line; none: all lines are inputs
  /// @param blocks takes each block as soon as it is full
  public LineCutter(Limits limits, @Nullable Consumer<Asked> job, Consumer<InputBlock> blocks) {
    this.limits = limits;
    this.check = new LineCheck(JobReader.factory(limits, 0));
    this.job = job;
    this.cutter = new BlockCutter(blocks);
  }

  /// Takes the next bytes of the body.
  ///
  /// @throws Refused if a line is not what it has to be; those before it have been taken
  public void take(byte[] from, int length) {
    if (length > 0 && !hasBegun) {
      hasBegun = true;
      if ((from[0] & 0xFF) == 0xEF) {
        throw LineCheck.malformed(1, "expected no byte order mark");
      }
    }
    int good = utf8.check(from, 0, length);
    takeUtf8(from, good);
    if (good < length) {
      throw LineCheck.malformed(line, "expected UTF-8 without NUL, got something else");
    }
  }

  private void takeUtf8(byte[] from, int length) {
    int at = 0;
    if (restLength > 0) {
      int end = LineBytes.lineFeed(from, 0, length);
      at = Math.min(end + 1, length);
      keep(from, 0, at);
      if (end < length) {
        int whole = restLength;
        restLength = 0;
        takeLines(rest, 0, whole);
      }
    }
    int lines = length;
    while (lines > at && from[lines - 1] != '\n') {
      lines--;
    }
    takeLines(from, at, lines);
    keep(from, lines, length);
  }

  private void keep(byte[] from, int start, int end) {
    int n = end - start;
    if ((long) restLength + n > (long) limits.maxInput() + 2 && n > 0) {
      throw tooLong();
    }
    if (restLength + n > rest.length) {
      rest = Arrays.copyOf(rest, Math.max(restLength + n, 2 * rest.length));
    }
    System.arraycopy(from, start, rest, restLength, n);
    restLength += n;
  }

  /// The body has come to its end: what is left is its last line.
  public void end() {
    if (utf8.isWithinCharacter()) {
      throw LineCheck.malformed(line, "expected UTF-8, got a part of a character");
    }
    if (restLength > 0) {
      keep(new byte[] {'\n'}, 0, 1);
      int whole = restLength;
      restLength = 0;
      takeLines(rest, 0, whole);
    }
    if (job != null) {
      throw LineCheck.malformed(line, "expected the job without its inputs, got nothing");
    }
  }

  /// Inputs that came so far.
  public int count() {
    return cutter.total();
  }

  /// Whether there are inputs that no block has been made of.
  public boolean hasPart() {
    return cutter.hasPart();
  }

  /// These as a block.
  public Optional<InputBlock> takePart() {
    return cutter.takePart();
  }

  /// @param to behind an LF, or `from`
  private void takeLines(byte[] bytes, int from, int to) {
    runStart = from;
    run = 0;
    unseen = -1;
    for (int at = from; at < to; line++) {
      int end = LineBytes.lineFeed(bytes, at, to);
      if (job != null) {
        takeJob(bytes, at, end);
      } else if (LineCheck.isPlain(bytes, at, end) && end - at <= limits.maxInput()) {
        see(bytes, at, line);
        count(bytes, at);
      } else {
        takeOther(bytes, at, end);
      }
      at = end + 1;
    }
    see(bytes, to, line);
    flushRun(bytes, to);
  }

  private void takeJob(byte[] bytes, int from, int end) {
    Consumer<Asked> taker = job;
    if (taker != null && !LineBytes.isBlank(bytes, from, end)) {
      job = null;
      try {
        taker.accept(SpecJson.read(Arrays.copyOfRange(bytes, from, end), null, new Mistakes()));
      } catch (Refused refused) {
        throw LineCheck.atLine(line, refused);
      }
    }
    runStart = end + 1;
  }

  /// A line that may hold anything.
  private void takeOther(byte[] bytes, int from, int end) {
    int start = from;
    int stop = end;
    while (start < stop && LineBytes.isSpace(bytes[start])) {
      start++;
    }
    while (start < stop && LineBytes.isSpace(bytes[stop - 1])) {
      stop--;
    }
    boolean asItIs =
        start < stop && start == from && stop == end && !LineBytes.hasReturn(bytes, from, end);
    if (stop - start > limits.maxInput()) {
      flushGood(bytes, from);
      throw tooLong();
    }
    if (asItIs) {
      count(bytes, from);
      unseen = unseen < 0 ? from : unseen;
      return;
    }
    flushGood(bytes, from);
    if (start < stop) {
      takeTrimmed(bytes, start, stop);
    }
    runStart = end + 1;
  }

  private void takeTrimmed(byte[] bytes, int start, int stop) {
    byte[] trimmed = Arrays.copyOfRange(bytes, start, stop + 1);
    int length = stop - start;
    trimmed[length] = '\n';
    for (int i = 0; i < length; i++) {
      trimmed[i] = trimmed[i] == '\r' ? (byte) ' ' : trimmed[i];
    }
    if (!LineCheck.isPlain(trimmed, 0, length) && !check.areValues(trimmed, 0, length + 1)) {
      throw check.refusal(trimmed, 0, length, line);
    }
    if (cutter.total() >= limits.maxInputs()) {
      throw tooMany();
    }
    cutter.addLines(trimmed, 0, length + 1, 1);
  }

  /// One good line more, which starts at `at`.
  private void count(byte[] bytes, int at) {
    if (cutter.total() + run >= limits.maxInputs()) {
      flushGood(bytes, at);
      throw tooMany();
    }
    run++;
  }

  private void flushGood(byte[] bytes, int to) {
    see(bytes, to, line);
    flushRun(bytes, to);
  }

  /// Has the parser look at what it has not seen before `to`, where line `next` starts.
  private void see(byte[] bytes, int to, long next) {
    if (unseen < 0) {
      return;
    }
    int from = unseen;
    unseen = -1;
    if (!check.areValues(bytes, from, to)) {
      refuseFirstBad(bytes, from, to, next);
    }
  }

  private void refuseFirstBad(byte[] bytes, int from, int to, long next) {
    long number = next - LineBytes.count(bytes, from, to);
    run -= (int) (next - number);
    for (int at = from; at < to; number++) {
      int end = LineBytes.lineFeed(bytes, at, to);
      if (!check.areValues(bytes, at, end + 1)) {
        flushRun(bytes, at);
        throw check.refusal(bytes, at, end, number);
      }
      run++;
      at = end + 1;
    }
    throw new IllegalStateException("lines that are values alone and not together");
  }

  private void flushRun(byte[] bytes, int to) {
    if (run > 0) {
      int lines = run;
      run = 0;
      cutter.addLines(bytes, runStart, to, lines);
    }
    runStart = to;
  }

  private Refused tooMany() {
    String detail =
        "line " + line + ": expected at most " + limits.maxInputs() + " inputs, got more";
    return new Refused(new Refusal.TooLarge("max-inputs", "", detail));
  }

  private Refused tooLong() {
    String detail = "line " + line + ": expected at most " + limits.maxInput() + " bytes, got more";
    return new Refused(new Refusal.TooLarge("max-input", "", detail));
  }
}
