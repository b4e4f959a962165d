package dev.manyhands.security;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// Checks that the service is heard on this machine only, since one key that may do everything,
/// sent over plain HTTP, is not enough for a network.
final class LoopbackOnly {
  private LoopbackOnly() {}

  /// @param setting the name of the setting
  /// @param address its value; none: every address of the machine
  /// @throws UnsafeStart if others could reach it
  static void check(String setting, @Nullable InetAddress address) {
    if (address == null || !address.isLoopbackAddress()) {
      throw new UnsafeStart(
          setting
              + ": expected an address of this machine only, such as 127.0.0.1, got: "
              + (address == null ? "every address" : address.getHostAddress()),
          "Set " + setting + " to 127.0.0.1, and let a proxy with TLS listen to the network.");
    }
  }
}
