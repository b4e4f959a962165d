package dev.manyhands.outbound;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/// Which addresses may be connected to: public ones, and those that the operator allows.
///
/// What is not public follows IANA's registries of special-purpose addresses (RFC 6890 and those
/// after it). Of IPv6 only 2000::/3 is in use for global unicast, so everything else is closed:
/// loopback, link-local, unique local, multicast, IPv4-mapped and NAT64 among it.
final class Reach {
  private static final List<Network> CLOSED_V4 =
      networks(
          "0.0.0.0/8", // this network
          "10.0.0.0/8", // private
          "100.64.0.0/10", // carrier-grade NAT
          "127.0.0.0/8", // loopback
          "168.63.129.16", // a cloud's own services, at a public address
          "169.254.0.0/16", // link-local, metadata of clouds
          "172.16.0.0/12", // private
          "192.0.0.0/24", // protocols
          "192.0.2.0/24", // documentation
          "192.88.99.0/24", // 6to4 relays
          "192.168.0.0/16", // private
          "198.18.0.0/15", // benchmarks
          "198.51.100.0/24", // documentation
          "203.0.113.0/24", // documentation
          "224.0.0.0/4", // multicast
          "240.0.0.0/4"); // reserved, broadcast

  private static final Network OPEN_V6 = Network.of("2000::/3");

  /// Within 2000::/3.
  private static final List<Network> CLOSED_V6 =
      networks(
          "2001::/23", // protocols, Teredo among them, which carry other addresses within
          "2001:db8::/32", // documentation
          "2002::/16", // 6to4, which carries IPv4 addresses
          "3fff::/20"); // documentation

  private final List<Network> allowed;

  /// @param allowed what may be reached although it is not public
  Reach(List<Network> allowed) {
    this.allowed = List.copyOf(allowed);
  }

  boolean allows(InetAddress address) {
    return isPublic(address) || isIn(allowed, address);
  }

  private static boolean isPublic(InetAddress address) {
    return address instanceof Inet4Address
        ? !isIn(CLOSED_V4, address)
        : OPEN_V6.contains(address) && !isIn(CLOSED_V6, address);
  }

  private static boolean isIn(List<Network> networks, InetAddress address) {
    return networks.stream().anyMatch(network -> network.contains(address));
  }

  private static List<Network> networks(String... texts) {
    return Stream.of(texts).map(Network::of).toList();
  }
}
