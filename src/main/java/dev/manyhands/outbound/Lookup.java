package dev.manyhands.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// Finds the addresses of a name.
@FunctionalInterface
interface Lookup {
  /// @return at least one
  InetAddress[] addresses(String host) throws UnknownHostException;
}
