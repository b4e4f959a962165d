package dev.manyhands.outbound;

import java.net.UnknownHostException;

/// A name that has addresses, none of which may be connected to.
final class RefusedAddress extends UnknownHostException {
  private static final long serialVersionUID = 1;

  RefusedAddress(String message) {
    super(message);
  }
}
