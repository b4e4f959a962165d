package dev.manyhands.json;

import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refusal.Mistake;
import dev.manyhands.job.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The bytes of a body on their way into a JSON parser, checked for UTF-8 and counted, of which the
/// newest are kept so that a value can be copied once the parser knows where it starts and ends.
///
/// Positions are counted from the start of the body. Kept is what came since [#release], at most
/// about one input.
final class BodyBytes extends InputStream {
  private static final int FIRST_WINDOW = 8 * 1024;

  /// A parser reads ahead, so the window holds more than the value by as much as one read.
  private static final int READ_AHEAD = 64 * 1024;

  private final InputStream source;
  private final Limits limits;
  private final Utf8 utf8 = new Utf8();

  private byte[] window = new byte[FIRST_WINDOW];
  private int filled;

  /// The position of the window's first byte, and the first position that is still wanted.
  private long start;

  private long wanted;

  /// Found in bytes that are behind those handed out last: told at the next read, when the parser
  /// has come this far and knows the place.
  private @Nullable Supplier<Refused> trouble;

  private Supplier<String> pointer = () -> "";

  BodyBytes(InputStream source, Limits limits) {
    this.source = source;
    this.limits = limits;
  }

  /// Says from now on where the parser is.
  void placedBy(Supplier<String> parserPointer) {
    this.pointer = parserPointer;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    if (trouble != null) {
      throw trouble.get();
    }
    makeRoom(length);
    int n = source.read(window, filled, length);
    if (n < 0 && utf8.isWithinCharacter()) {
      throw notUtf8(start + filled);
    }
    if (n <= 0) {
      return n;
    }
    int good = checked(n);
    if (good == 0 && trouble != null) {
      throw trouble.get();
    }
    System.arraycopy(window, filled, to, offset, good);
    filled += good;
    return good;
  }

  /// How many of the `n` new bytes may be handed out.
  private int checked(int n) {
    long position = start + filled;
    if (position == 0 && (window[0] & 0xFF) == 0xEF) {
      trouble = () -> malformed("expected { as the first byte, got a byte order mark");
      return 0;
    }
    int bad = utf8.check(window, filled, filled + n) - filled;
    if (bad < n) {
      trouble = () -> notUtf8(position + bad);
    }
    long left = limits.maxBody() - position;
    if (bad > left) {
      trouble = this::bodyTooLarge;
    }
    return (int) Math.min(bad, left);
  }

  private void makeRoom(int length) {
    int unwanted = (int) (wanted - start);
    filled -= unwanted;
    System.arraycopy(window, unwanted, window, 0, filled);
    start = wanted;
    if (filled > limits.maxInput() + READ_AHEAD) {
      throw inputTooLarge();
    }
    if (filled + length > window.length) {
      window = Arrays.copyOf(window, Math.max(filled + length, 2 * window.length));
    }
  }

  /// Allows everything before `position` to be forgotten.
  void release(long position) {
    wanted = position;
  }

  byte[] window() {
    return window;
  }

  /// Where in the window the byte of this position is.
  int indexOf(long position) {
    return (int) (position - start);
  }

  void copy(long from, long to, OutputStream out) throws IOException {
    out.write(window, indexOf(from), (int) (to - from));
  }

  Refused inputTooLarge() {
    String at = pointer.get();
    return new Refused(
        new Refusal.TooLarge(
            "max-input", at, "expected at most " + limits.maxInput() + " bytes, got more: " + at));
  }

  private Refused bodyTooLarge() {
    return new Refused(
        new Refusal.TooLarge(
            "max-body", "", "expected a body of at most " + limits.maxBody() + " bytes, got more"));
  }

  private Refused notUtf8(long position) {
    return malformed("expected UTF-8 without NUL, got something else at byte " + position);
  }

  private Refused malformed(String detail) {
    return new Refused(new Refusal.Malformed(detail, List.of(new Mistake(pointer.get(), detail))));
  }
}
