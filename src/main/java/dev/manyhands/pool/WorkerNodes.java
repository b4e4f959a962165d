package dev.manyhands.pool;

import java.util.List;
import java.util.Map;

/// The nodes that were heard of as workers, where chunks travel to other nodes; the room that lets
/// them travel has a bean of this.
public interface WorkerNodes {
  /// Where no chunk travels.
  WorkerNodes NONE =
      new WorkerNodes() {
        @Override
        public String self() {
          return "";
        }

        @Override
        public List<WorkerNode> all() {
          return List.of();
        }
      };

  /// A node that said lately that it is there.
  ///
  /// @param name of this start of it
  /// @param pools its workers, by pool
  record WorkerNode(String name, List<String> roles, Map<String, Integer> pools) {
    public WorkerNode {
      roles = List.copyOf(roles);
      pools = Map.copyOf(pools);
    }
  }

  /// What this node is called among them; empty: it says nothing there.
  String self();

  /// Those that were heard of lately, perhaps this one among them, in no order.
  List<WorkerNode> all();
}
