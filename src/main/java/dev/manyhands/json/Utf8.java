package dev.manyhands.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Checks a stream of bytes for being UTF-8 (Unicode 17, table 3-7): no overlong form, no
/// surrogate, nothing beyond U+10FFFF, and no NUL, which JSON allows nowhere and which would make a
/// parser guess UTF-16.
///
/// A parser that skips a string does not look so closely, but bytes that pass here go on to workers
/// unread.
final class Utf8 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGHS = 0x8080_8080_8080_8080L;

  /// Continuation bytes that the current character still needs, and the range of the next of them.
  private int needed;

  private int min = 0x80;
  private int max = 0xBF;

  /// Where the first bad byte is, or `to` if there is none.
  int check(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to) {
      if (needed == 0) {
        i = skipAscii(bytes, i, to);
        if (i == to || !start(bytes[i] & 0xFF)) {
          return i;
        }
      } else if (!goOn(bytes[i] & 0xFF)) {
        return i;
      }
      i++;
    }
    return to;
  }

  /// Whether the bytes so far end within a character.
  boolean isWithinCharacter() {
    return needed > 0;
  }

  private static int skipAscii(byte[] bytes, int from, int to) {
    int i = from;
    for (; i + Long.BYTES <= to; i += Long.BYTES) {
      long eight = (long) LONGS.get(bytes, i);
      if (((eight | (eight - ONES)) & HIGHS) != 0) { // a byte from 0x80 on, or a zero byte
        break;
      }
    }
    while (i < to && bytes[i] > 0) {
      i++;
    }
    return i;
  }

  private boolean start(int lead) {
    needed = lead < 0xC2 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : lead < 0xF5 ? 3 : 0;
    min = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    max = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    return needed > 0;
  }

  private boolean goOn(int next) {
    if (next < min || next > max) {
      return false;
    }
    needed--;
    min = 0x80;
    max = 0xBF;
    return true;
  }
}
