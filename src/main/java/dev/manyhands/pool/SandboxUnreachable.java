package dev.manyhands.pool;

/// The walls that were asked for cannot be built on this machine, so the service does not start.
final class SandboxUnreachable extends RuntimeException {
  private static final long serialVersionUID = 1;

  SandboxUnreachable(String reason) {
    super("manyhands.sandbox.level: hardened cannot be reached on this machine: " + reason);
  }
}
