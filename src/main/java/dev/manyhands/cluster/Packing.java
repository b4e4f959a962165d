package dev.manyhands.cluster;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.TaskError;

/// How an owner makes a message of a chunk, and of one that is too large of as much as fits. An
/// input that fits into none stays here: who gets its chunk asks for it.
///
/// @param shared of the pools of the owner
record Packing(BrokerPool.Shared shared) {

  /// Bytes of a message.
  int most() {
    return (int) Math.min(Integer.MAX_VALUE, shared.settings().maxMessage().toBytes());
  }

  /// What does not fit is not sent: when what is sent has ended, the end of the chunk tells that
  /// the rest was not started.
  ///
  /// @return more than [#most] if not even the function fits
  byte[] pack(InFlight flight) {
    Chunk chunk = flight.chunk();
    JsonLines inputs = chunk.inputs().get();
    ChunkMessage message =
        new ChunkMessage(
            flight.token(),
            shared.node(),
            chunk.call(),
            chunk.attempt(),
            chunk.first(),
            chunk.alone(),
            chunk.prompt(),
            inputs);
    byte[] body = message.write();
    int room = Math.min(shared.settings().pieceBytes(), most() - (body.length - inputs.length()));
    if (inputs.length() <= room) {
      return body;
    }
    ChunkMessage fitting = message.within(room);
    flight.shorten(fitting.count());
    if (fitting.away() > 0) {
      shared.inputs().keep(flight.token(), inputs.slice(0, 1));
    }
    return fitting.write();
  }

  TaskError tooLarge(int bytes) {
    return TaskError.result(
        "expected a task whose function is at most "
            + shared.settings().maxMessage().toBytes()
            + " bytes in a message (manyhands.cluster.max-message), got "
            + bytes);
  }
}
