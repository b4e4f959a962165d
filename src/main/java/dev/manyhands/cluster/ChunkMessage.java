package dev.manyhands.cluster;

import dev.manyhands.job.Call;
import dev.manyhands.job.Care;
import dev.manyhands.job.Chunk;
import dev.manyhands.job.Gates;
import dev.manyhands.job.Invalid;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobSpec;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Keeping;
import dev.manyhands.job.OnFailure;
import dev.manyhands.job.OnWorkerLost;
import dev.manyhands.job.Placement;
import dev.manyhands.job.Refused;
import dev.manyhands.job.Retry;
import dev.manyhands.json.SpecJson;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// A chunk on its way to a worker node.
///
/// @param token 128 random bits in hexadecimal, which its outcomes must show
/// @param owner the node that its outcomes go to
/// @param alone as of [Chunk]; older nodes do not say it
/// @param prompt likewise
record ChunkMessage(
    String token,
    String owner,
    Call call,
    int attempt,
    int first,
    boolean alone,
    boolean prompt,
    JsonLines inputs) {

  byte[] write() {
    ObjectNode head = Parts.object();
    head.put("token", token);
    head.put("owner", owner);
    head.put("job", call.job().text());
    head.put("caller", call.caller());
    head.put("once", call.once());
    head.put("attempt", attempt);
    head.put("first", first);
    head.put("alone", alone);
    head.put("prompt", prompt);
    return Parts.write(head, SpecJson.write(spec(call)), inputs.toByteArray());
  }

  /// The same with as many of its first tasks as fit into a message, and at least one.
  ///
  /// @param most bytes of a message
  ChunkMessage within(int most) {
    int room = most - (write().length - inputs.length());
    int end = inputs.offset();
    int count = 0;
    while (count < inputs.count()) {
      end = inputs.end(end) + 1;
      if (end - inputs.offset() > room && count > 0) {
        break;
      }
      count++;
    }
    return new ChunkMessage(
        token, owner, call, attempt, first, alone, prompt, inputs.slice(0, count));
  }

  /// A call is written as the job of one function that it would be.
  private static JobSpec spec(Call call) {
    return new JobSpec(
        call.function(),
        Placement.ANYWHERE,
        new Care(call.timeouts(), Retry.NEVER, OnFailure.CONTINUE, OnWorkerLost.RERUN),
        Gates.OPEN,
        Keeping.DEFAULT,
        Map.of());
  }

  /// @throws IllegalArgumentException if this is no such message
  static ChunkMessage read(byte[] body) {
    return of(Parts.read(body, 2));
  }

  /// @throws IllegalArgumentException if these are of no such message
  static ChunkMessage of(Parts parts) {
    try {
      JobSpec spec = SpecJson.read(parts.rest().get(0));
      Call call =
          new Call(
              new JobId(parts.text("job")),
              parts.text("caller"),
              spec.work().functions().getFirst(),
              spec.care().timeouts(),
              parts.flag("once"));
      int first = parts.number("first");
      JsonLines inputs = Lines.of(parts.rest().get(1));
      if (first < 0 || inputs.count() < 1) {
        throw new IllegalArgumentException("expected tasks from 0 on, got none or: " + first);
      }
      return new ChunkMessage(
          parts.text("token"),
          parts.text("owner"),
          call,
          parts.number("attempt"),
          first,
          parts.has("alone") && parts.flag("alone"),
          !parts.has("prompt") || parts.flag("prompt"),
          inputs);
    } catch (Invalid | Refused e) {
      throw new IllegalArgumentException("expected a chunk", e);
    }
  }

  /// What a pool of this node is given.
  Chunk chunk(long id) {
    return new Chunk(id, call, attempt, first, inputs.count(), alone, prompt, () -> inputs);
  }
}
