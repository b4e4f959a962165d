package dev.manyhands.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// Finds the addresses of a name.
@FunctionalInterface
interface Lookup extends AutoCloseable {
  /// @return at least one
  InetAddress[] addresses(String host) throws UnknownHostException;

  /// Ends what it does.
  @Override
  default void close() {}
}
