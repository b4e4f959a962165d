package dev.manyhands.web;

import dev.manyhands.job.Shown;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/// The body of a submission as it is read, with its fingerprint where one is wanted.
///
/// @param length as its sender says; -1: it does not say
/// @param end of it, which the job may bring about
/// @param digest of what was read so far; none: nobody wants it
record SubmittedBody(InputStream stream, long length, BodyEnd end, @Nullable MessageDigest digest) {
  private static final Pattern OF_UTF_8 = Pattern.compile("charset *= *\"?utf-8\\b");

  /// A body of UTF-8 that nobody encoded.
  static SubmittedBody of(Uploads uploads, HttpServletRequest request) throws IOException {
    refuseOtherEncodings(request);
    BodyEnd end = uploads.end(request);
    InputStream body = end.watched(uploads.body(request));
    return new SubmittedBody(body, request.getContentLengthLong(), end, null);
  }

  /// The same, with a fingerprint.
  ///
  /// @param kind what the bytes mean: the same ones as something else are something else
  static SubmittedBody fingerprinted(Uploads uploads, HttpServletRequest request, String kind)
      throws IOException {
    refuseOtherEncodings(request);
    MessageDigest digest = sha256();
    digest.update((kind + "\n").getBytes(StandardCharsets.UTF_8));
    BodyEnd end = uploads.end(request);
    InputStream body = new DigestInputStream(end.watched(uploads.body(request)), digest);
    return new SubmittedBody(body, request.getContentLengthLong(), end, digest);
  }

  /// What a fingerprint of this kind says of a body that was read already.
  static byte[] fingerprint(String kind, byte[] body) {
    MessageDigest digest = sha256();
    digest.update((kind + "\n").getBytes(StandardCharsets.UTF_8));
    return digest.digest(body);
  }

  /// SHA-256 of the body, once it is read to its end; none if it was not wanted.
  byte @Nullable [] fingerprint() {
    return digest == null ? null : digest.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// Refuses a body that is not plain UTF-8.
  static void refuseOtherEncodings(HttpServletRequest request) {
    String coding = request.getHeader("Content-Encoding");
    if (coding != null && !coding.equalsIgnoreCase("identity")) {
      throw new ResponseStatusException(
          HttpStatus.UNSUPPORTED_MEDIA_TYPE,
          "expected a body without Content-Encoding, got: " + Shown.of(coding));
    }
    // The request's own character encoding is UTF-8 whatever the client said.
    String type = String.valueOf(request.getHeader("Content-Type")).toLowerCase(Locale.ROOT);
    if (type.contains("charset") && !OF_UTF_8.matcher(type).find()) {
      throw new ResponseStatusException(
          HttpStatus.UNSUPPORTED_MEDIA_TYPE, "expected UTF-8, got: " + Shown.of(type));
    }
  }
}
