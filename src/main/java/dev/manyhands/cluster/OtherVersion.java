package dev.manyhands.cluster;

/// A message that begins like one of another version.
final class OtherVersion extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  OtherVersion(int version) {
    super("expected a message of version " + Parts.VERSION + ", got one of " + version);
  }
}
