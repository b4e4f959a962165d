package dev.manyhands.web;

import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The part of a body that a client asks for with `Range` (RFC 9110): one run of bytes.
///
/// @param from the first byte, from 0
/// @param to behind the last one
record ByteRange(long from, long to) {
  private static final Pattern ONE = Pattern.compile("bytes=([0-9]*)-([0-9]*)");

  /// What the header asks for; none if there is no header, or one that need not be heeded: of
  /// another unit, of several runs, or invalid since it ends before it begins. Numbers have any
  /// length, as RFC 9110 (14.1.2) asks for.
  ///
  /// @param length of the whole, in bytes
  /// @return empty, that is `from == to`, if the whole has none of these bytes
  static Optional<ByteRange> of(@Nullable String header, long length) {
    Matcher range = ONE.matcher(header == null ? "" : header.replace(" ", ""));
    if (!range.matches() || range.group(1).isEmpty() && range.group(2).isEmpty()) {
      return Optional.empty();
    }
    BigInteger whole = BigInteger.valueOf(length);
    if (range.group(1).isEmpty()) {
      long last = new BigInteger(range.group(2)).min(whole).longValue();
      return Optional.of(new ByteRange(length - last, length));
    }
    BigInteger from = new BigInteger(range.group(1));
    BigInteger last = range.group(2).isEmpty() ? from.max(whole) : new BigInteger(range.group(2));
    if (last.compareTo(from) < 0) {
      return Optional.empty();
    }
    long to = last.add(BigInteger.ONE).min(whole).longValue();
    return Optional.of(new ByteRange(from.min(whole).longValue(), to));
  }

  long length() {
    return to - from;
  }
}
