package dev.manyhands.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a node says of itself every few seconds.
///
/// @param pools workers by pool; a degraded pool has none
/// @param held tokens of the chunks that it has
/// @param leaving whether this is its last
record Announcement(
    String node,
    List<String> roles,
    Map<String, Integer> pools,
    List<String> held,
    boolean leaving) {
  Announcement {
    roles = List.copyOf(roles);
    pools = Map.copyOf(pools);
    held = List.copyOf(held);
  }

  byte[] write() {
    ObjectNode head = Parts.object();
    head.put("type", "node");
    head.put("node", node);
    head.put("leaving", leaving);
    ArrayNode rolesNode = head.putArray("roles");
    roles.forEach(rolesNode::add);
    ObjectNode poolsNode = head.putObject("pools");
    pools.forEach(poolsNode::put);
    ArrayNode heldNode = head.putArray("held");
    held.forEach(heldNode::add);
    return Parts.write(head);
  }

  static Announcement of(Parts parts) {
    Map<String, Integer> pools = new TreeMap<>();
    parts.head().path("pools").forEachEntry((name, size) -> pools.put(name, slots(size)));
    return new Announcement(
        parts.text("node"),
        texts(parts.head().path("roles")),
        pools,
        texts(parts.head().path("held")),
        parts.flag("leaving"));
  }

  private static int slots(JsonNode size) {
    int slots = size.intValue(-1);
    if (slots < 0 || slots > 10_000) {
      throw new IllegalArgumentException("expected 0 to 10000 workers");
    }
    return slots;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(one -> texts.add(one.asString()));
    return texts;
  }
}
