package dev.manyhands.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// The key that may do everything: 256 random bits as text, `mh_` and 43 characters of base64url.
///
/// Only its digest stays in memory.
public final class AdminKey {
  /// The caller that a request with this key counts as.
  public static final String CALLER = "admin";

  private static final Pattern FORM = Pattern.compile("mh_[A-Za-z0-9_-]{43}");
  private static final int BYTES = 32;

  private final Path file;
  private final byte[] digest;

  /// @throws IllegalArgumentException if the text is not of the form of a key
  AdminKey(Path file, String text) {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("not of the form of a key");
    }
    this.file = file;
    this.digest = sha256(text);
  }

  /// The text of a new key.
  static String random(SecureRandom random) {
    byte[] bits = new byte[BYTES];
    random.nextBytes(bits);
    return "mh_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }

  /// The file that holds the key.
  public Path file() {
    return file;
  }

  /// What tells it from another key, and no more: a part of a digest of its digest.
  public String print() {
    return HexFormat.of().formatHex(sha256(HexFormat.of().formatHex(digest)), 0, 8);
  }

  /// Compares digests in constant time, so that an answer's delay tells neither the key's
  /// characters nor its length.
  boolean matches(String presented) {
    return MessageDigest.isEqual(digest, sha256(presented));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
