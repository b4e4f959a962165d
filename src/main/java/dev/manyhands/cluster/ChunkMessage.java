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
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// A chunk on its way to a worker node.
///
/// @param token 128 random bits in hexadecimal, which its outcomes must show
/// @param owner the node that its outcomes go to
/// @param alone as of [Chunk]; older nodes do not say it
/// @param prompt likewise
/// @param away bytes of the input of its only task, which is too large for a message and so not
///   here: its owner has it; 0: all inputs are here
record ChunkMessage(
    String token,
    String owner,
    Call call,
    int attempt,
    int first,
    boolean alone,
    boolean prompt,
    JsonLines inputs,
    int away) {
  /// With its inputs in it.
  ChunkMessage(
      String token,
      String owner,
      Call call,
      int attempt,
      int first,
      boolean alone,
      boolean prompt,
      JsonLines inputs) {
    this(token, owner, call, attempt, first, alone, prompt, inputs, 0);
  }

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
    if (away > 0) {
      head.put("away", away);
    }
    return Parts.write(head, SpecJson.write(spec(call)), inputs.toByteArray());
  }

  /// The same with as many of its first tasks as fit into a message, or with the first one only,
  /// whose input is away, if not even that fits.
  ///
  /// @param room bytes of inputs
  ChunkMessage within(int room) {
    int end = inputs.offset();
    int count = 0;
    while (count < inputs.count()) {
      end = inputs.end(end) + 1;
      if (end - inputs.offset() > room) {
        break;
      }
      count++;
    }
    JsonLines here = inputs.slice(0, count);
    int left = count == 0 ? inputs.slice(0, 1).length() : 0;
    return new ChunkMessage(token, owner, call, attempt, first, alone, prompt, here, left);
  }

  /// Its tasks.
  int count() {
    return away > 0 ? 1 : inputs.count();
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
      int away = parts.has("away") ? parts.number("away") : 0;
      boolean isWhole = away == 0 ? inputs.count() > 0 : inputs.count() == 0;
      if (first < 0 || !isWhole || away < 0 || away > Piece.MAX_INPUT) {
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
          inputs,
          away);
    } catch (Invalid | Refused e) {
      throw new IllegalArgumentException("expected a chunk", e);
    }
  }

  /// What a pool of this node is given.
  ///
  /// @param known its inputs, which may have been away
  Chunk chunk(long id, Supplier<JsonLines> known) {
    return new Chunk(id, call, attempt, first, count(), alone, prompt, known);
  }
}
