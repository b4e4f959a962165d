package dev.manyhands.history;

/// What a client knows of a request after it.
public enum Told {
  /// It was answered with a 2xx: it happened.
  OK,
  /// It was turned down, or never came to the service: nothing of it happened.
  FAIL,
  /// The connection broke, or the service failed: it may have happened or not.
  INDETERMINATE;

  static Told of(int status) {
    if (status >= 200 && status < 300) {
      return OK;
    }
    return status == 500 || status == 502 || status == 504 ? INDETERMINATE : FAIL;
  }
}
