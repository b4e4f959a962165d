package dev.manyhands.pool;

import dev.manyhands.outbound.HttpSettings;
import dev.manyhands.outbound.Network;
import dev.manyhands.outbound.Outbound;
import java.util.List;

/// Ways out for the HTTP functions of tests.
final class WaysOut {
  /// No address of this machine may be reached.
  static final HttpCalls NONE = of(HttpSettings.DEFAULT);

  private WaysOut() {}

  /// This machine may be reached, and nothing else that is private.
  static HttpCalls loopback() {
    return of(HttpSettings.DEFAULT.allowing(List.of(Network.of("127.0.0.0/8"))));
  }

  private static HttpCalls of(HttpSettings settings) {
    return new HttpCalls(Outbound.open(settings), settings);
  }
}
