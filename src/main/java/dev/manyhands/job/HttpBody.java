package dev.manyhands.job;

/// The body of an HTTP function's requests, as a template.
///
/// @param text a text with places for the input; or, if it is JSON, a document in whose strings the
///   places stand
/// @param isJson whether it was given as JSON that is no string
public record HttpBody(String text, boolean isJson) {
  private static final int MAX_CHARS = 1 << 20;

  public HttpBody {
    if (text.length() > MAX_CHARS) {
      throw new Invalid(
          "/function/body", "expected at most " + MAX_CHARS + " characters, got " + text.length());
    }
  }
}
