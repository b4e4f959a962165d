package dev.manyhands.cluster;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.TaskError;

/// How an owner makes a message of a chunk, and of one that is too large of as much as fits.
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
  /// @return more than [#most] if not even the first task fits
  byte[] pack(InFlight flight) {
    Chunk chunk = flight.chunk();
    ChunkMessage message =
        new ChunkMessage(
            flight.token(),
            shared.node(),
            chunk.call(),
            chunk.attempt(),
            chunk.first(),
            chunk.alone(),
            chunk.prompt(),
            chunk.inputs().get());
    byte[] body = message.write();
    if (body.length <= most()) {
      return body;
    }
    ChunkMessage fitting = message.within(most());
    flight.shorten(fitting.inputs().count());
    return fitting.write();
  }

  TaskError tooLarge(int bytes) {
    return TaskError.result(
        "expected a task whose function and input are at most "
            + shared.settings().maxMessage().toBytes()
            + " bytes together (manyhands.cluster.max-message), got "
            + bytes);
  }
}
