package dev.manyhands.security;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who can reach the service: this machine only, or others.
///
/// Whoever reaches it and holds its key runs code. That is what it is for on one's own machine; on
/// a network the operator says which code.
enum Reachability {
  LOOPBACK,
  PUBLIC;

  /// @param address the value of `server.address`; none: every address of the machine
  static Reachability of(@Nullable InetAddress address) {
    return address != null && address.isLoopbackAddress() ? LOOPBACK : PUBLIC;
  }

  /// @param allowed kinds of functions that the setting names
  /// @throws UnsafeStart if others can reach it and nobody said what they may run
  void check(@Nullable InetAddress address, List<String> allowed) {
    if (this == PUBLIC && allowed.isEmpty()) {
      throw new UnsafeStart(
          AllowedKinds.SETTING
              + ": expected the kinds of functions that others may run here, some of "
              + AllowedKinds.words()
              + ", since server.address is "
              + (address == null ? "every address" : address.getHostAddress())
              + ", got none",
          "Set "
              + AllowedKinds.SETTING
              + ", such as to java,http, or server.address to 127.0.0.1. On a network let a proxy"
              + " with TLS stand in front: the key travels with every request.");
    }
  }
}
