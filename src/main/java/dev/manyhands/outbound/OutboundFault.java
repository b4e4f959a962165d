package dev.manyhands.outbound;

import java.io.IOException;

/// Why a request got no answer.
public final class OutboundFault extends IOException {
  private static final long serialVersionUID = 1;

  /// What went wrong.
  public enum Kind {
    /// Its address is private and not allowed; trying again is of no use.
    REFUSED_ADDRESS,
    /// The name has no address.
    UNKNOWN_HOST,
    /// Nobody listens there, or does not answer in time.
    NO_CONNECTION,
    /// The other side could not prove its name.
    NO_TRUST,
    /// The whole took longer than it may.
    TIMEOUT,
    /// The connection broke, or what came is no HTTP.
    BROKEN
  }

  private final Kind kind;

  OutboundFault(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
