package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.zip.CRC32C;

/// What a place has behind it that a client gives back later, so that a damaged one, or one of
/// another job, is no other place but none. It is no secret.
final class CheckSum {
  static final int RADIX = 36;

  private CheckSum() {}

  static String of(String text) {
    CRC32C sum = new CRC32C();
    sum.update(text.getBytes(US_ASCII));
    return Long.toString(sum.getValue(), RADIX);
  }
}
