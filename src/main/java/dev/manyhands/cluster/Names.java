package dev.manyhands.cluster;

/// What things are called at the broker.
final class Names {
  /// The fan-out of announcements and cancels.
  static final String EVENTS = "manyhands.events";

  /// Where a pool's queue leaves what it could not get done.
  static final String DEAD = "manyhands.dead";

  private Names() {}

  static String pool(String name) {
    return "manyhands.pool." + name;
  }

  /// Where a worker node gets large inputs.
  static String inputs(String node) {
    return "manyhands.inputs." + node;
  }

  static String owner(String node) {
    return "manyhands.owner." + node;
  }
}
