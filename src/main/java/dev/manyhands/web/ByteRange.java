package dev.manyhands.web;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The part of a body that a client asks for with `Range` (RFC 9110): one run of bytes.
///
/// @param from the first byte, from 0
/// @param to behind the last one
record ByteRange(long from, long to) {
  private static final Pattern ONE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

  /// What the header asks for; none if there is no header, or one that need not be heeded: of
  /// another unit, of several runs, or damaged.
  ///
  /// @param length of the whole, in bytes
  /// @return empty, that is `from == to`, if the whole has none of these bytes
  static Optional<ByteRange> of(@Nullable String header, long length) {
    Matcher range = ONE.matcher(header == null ? "" : header.replace(" ", ""));
    if (!range.matches() || range.group(1).isEmpty() && range.group(2).isEmpty()) {
      return Optional.empty();
    }
    if (range.group(1).isEmpty()) {
      long last = Math.min(Long.parseLong(range.group(2)), length);
      return Optional.of(new ByteRange(length - last, length));
    }
    long from = Long.parseLong(range.group(1));
    long to = range.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(range.group(2)) + 1;
    if (to <= from) {
      return Optional.empty();
    }
    return Optional.of(
        from >= length ? new ByteRange(length, length) : new ByteRange(from, Math.min(to, length)));
  }

  long length() {
    return to - from;
  }
}
