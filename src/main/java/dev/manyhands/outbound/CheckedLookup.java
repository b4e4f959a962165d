package dev.manyhands.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.hc.client5.http.DnsResolver;

/// Gives the HTTP client only addresses that may be connected to.
///
/// The client connects to what comes from here and looks no name up itself, so what is checked is
/// what is connected to, however the name's addresses change between two lookups (DNS rebinding).
final class CheckedLookup implements DnsResolver {
  private final Lookup lookup;
  private final Reach reach;

  CheckedLookup(Lookup lookup, Reach reach) {
    this.lookup = lookup;
    this.reach = reach;
  }

  /// @throws RefusedAddress if there are addresses, and none may be connected to
  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    InetAddress[] all = lookup.addresses(host);
    InetAddress[] allowed = Arrays.stream(all).filter(reach::allows).toArray(InetAddress[]::new);
    if (allowed.length == 0) {
      String addresses =
          Arrays.stream(all).map(InetAddress::getHostAddress).collect(Collectors.joining(", "));
      throw new RefusedAddress(
          "expected a public address or one that manyhands.http.allow names, got "
              + (addresses.equals(host) ? host : host + " at " + addresses));
    }
    return allowed;
  }

  @Override
  public String resolveCanonicalHostname(String host) {
    return host;
  }
}
