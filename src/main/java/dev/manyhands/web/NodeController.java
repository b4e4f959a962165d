package dev.manyhands.web;

import dev.manyhands.pool.WorkerNodes;
import dev.manyhands.pool.WorkerNodes.WorkerNode;
import dev.manyhands.store.Node;
import dev.manyhands.store.Nodes;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;

/// The nodes: those that own jobs, as the store knows them, and those that only run chunks, as they
/// were heard of.
@RestController
final class NodeController {
  private final Nodes nodes;
  private final WorkerNodes workers;

  NodeController(Nodes nodes, ObjectProvider<WorkerNodes> workers) {
    this.nodes = nodes;
    this.workers = workers.getIfAvailable(() -> WorkerNodes.NONE);
  }

  @GetMapping(path = "/v1/nodes", produces = Json.TYPE)
  void nodes(HttpServletResponse response) throws IOException {
    Map<String, Integer> unfinished = nodes.unfinished();
    Map<String, WorkerNode> heard = new TreeMap<>();
    workers.all().forEach(worker -> heard.put(worker.name(), worker));
    List<Node> owners = nodes.all();
    Json.send(
        response,
        200,
        Json.object(json -> {
          json.writeArrayPropertyStart("nodes");
          for (Node owner : owners) {
            write(
                json,
                owner,
                unfinished.getOrDefault(owner.id(), 0),
                heard.remove(owner.presence().name()));
          }
          List<WorkerNode> rest = new ArrayList<>(heard.values());
          rest.sort(Comparator.comparing(WorkerNode::name));
          for (WorkerNode worker : rest) {
            json.writeStartObject();
            json.writeStringProperty("name", worker.name());
            roles(json, worker.roles());
            pools(json, worker);
            json.writeEndObject();
          }
          json.writeEndArray();
        }));
  }

  private void write(JsonGenerator json, Node node, int unfinished, @Nullable WorkerNode worker) {
    json.writeStartObject();
    json.writeStringProperty("name", node.presence().name());
    roles(json, node.presence().roles());
    json.writeStringProperty("id", node.id());
    json.writeBooleanProperty("self", node.id().equals(nodes.self()));
    if (node.presence().url() != null) {
      json.writeStringProperty("url", node.presence().url());
    }
    json.writeStringProperty("version", node.presence().version());
    json.writeStringProperty("startedAt", node.startedAt().toString());
    if (node.leaseLeft() != null) {
      json.writeStringProperty("leaseLeft", node.leaseLeft().toString());
    }
    json.writeNumberProperty("unfinishedJobs", unfinished);
    if (worker != null) {
      pools(json, worker);
    }
    json.writeEndObject();
  }

  private static void roles(JsonGenerator json, List<String> roles) {
    json.writeArrayPropertyStart("roles");
    roles.forEach(json::writeString);
    json.writeEndArray();
  }

  private static void pools(JsonGenerator json, WorkerNode worker) {
    json.writeObjectPropertyStart("workers");
    new TreeMap<>(worker.pools()).forEach(json::writeNumberProperty);
    json.writeEndObject();
  }
}
