package dev.manyhands.outbound;

import java.net.InetAddress;

/// A block of IP addresses, as in `10.0.0.0/8` or `fd00::/8`; an address alone is a block of one.
///
/// @param base its first address
/// @param bits how many leading bits its addresses share
public record Network(InetAddress base, int bits) {
  public Network {
    int length = base.getAddress().length * Byte.SIZE;
    if (bits < 0 || bits > length) {
      throw new IllegalArgumentException(
          "expected 0 to " + length + " bits of " + base.getHostAddress() + ", got: " + bits);
    }
  }

  /// Reads `address/bits` or `address`; never resolves a name.
  ///
  /// @throws IllegalArgumentException if it is neither
  public static Network of(String text) {
    int slash = text.indexOf('/');
    try {
      InetAddress base = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
      int all = base.getAddress().length * Byte.SIZE;
      return new Network(base, slash < 0 ? all : Integer.parseInt(text.substring(slash + 1)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "expected a block of addresses such as 10.1.0.0/16 or fd00::/8, got: " + text, e);
    }
  }

  /// An address of the other version is never in it.
  public boolean contains(InetAddress address) {
    byte[] mine = base.getAddress();
    byte[] other = address.getAddress();
    if (mine.length != other.length) {
      return false;
    }
    int whole = bits / Byte.SIZE;
    for (int i = 0; i < whole; i++) {
      if (mine[i] != other[i]) {
        return false;
      }
    }
    int rest = bits % Byte.SIZE;
    return rest == 0 || (mine[whole] ^ other[whole]) >> (Byte.SIZE - rest) == 0;
  }

  @Override
  public String toString() {
    return base.getHostAddress() + "/" + bits;
  }
}
