package dev.manyhands.pool;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Function;
import dev.manyhands.job.JsonLines;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// The frames that go down to a worker process, and the numbers of all of them.
final class WorkerFrames {
  static final byte LOADED = 16;
  static final byte LOAD_FAILED = 17;
  static final byte OUTCOMES = 18;
  static final byte END = 19;
  static final byte LOADING = 20;

  /// Of the end of a chunk: its sequence number, the peak of the worker's memory and what it has
  /// now.
  static final int END_BYTES = 24;

  private static final byte LOAD = 1;
  private static final byte CHUNK = 2;
  private static final int HEADER = 5;
  private static final int CHUNK_HEADER = 26;

  private WorkerFrames() {}

  static ByteBuffer load(Function function, ProcessSettings settings) {
    List<byte[]> texts = new ArrayList<>();
    byte kind =
        switch (function) {
          case Function.Python python -> {
            texts.add(WorkerText.bytes(python.source()));
            texts.add(WorkerText.bytes(python.name()));
            texts.add(WorkerText.bytes(python.setup() == null ? "" : python.setup()));
            texts.add(WorkerText.bytes(python.spread() ? "spread" : ""));
            yield 1;
          }
          case Function.PythonModule python -> {
            texts.add(WorkerText.bytes(python.module()));
            texts.add(WorkerText.bytes(python.name()));
            texts.add(WorkerText.bytes(python.setup() == null ? "" : python.setup()));
            texts.add(WorkerText.bytes(python.spread() ? "spread" : ""));
            yield 3;
          }
          case Function.Command command -> {
            texts.add(
                WorkerText.bytes(
                    command.output() == Function.Command.Output.JSON ? "json" : "text"));
            command.argv().forEach(part -> texts.add(WorkerText.bytes(part)));
            yield 2;
          }
          case Function.Java _, Function.Http _ ->
              throw new IllegalArgumentException("worker processes run no " + function.label());
        };
    int payload = 13 + texts.stream().mapToInt(text -> 4 + text.length).sum();
    ByteBuffer frame = frame(LOAD, payload, payload);
    frame
        .put(kind)
        .putInt(settings.maxValueBytes())
        .putInt(settings.maxOutputBytes())
        .putInt(texts.size());
    texts.forEach(text -> WorkerText.put(frame, text));
    return frame.flip();
  }

  /// The start of a chunk's frame; the inputs' bytes follow it.
  ///
  /// @param timeoutMillis of each task, 0: none
  /// @param inputs all of the chunk, or those of its beginning that are wanted
  static ByteBuffer chunkHeader(long sequence, Chunk chunk, long timeoutMillis, JsonLines inputs) {
    return frame(CHUNK, CHUNK_HEADER + inputs.length(), CHUNK_HEADER)
        .putLong(sequence)
        .putInt(chunk.first())
        .putInt(inputs.count())
        .putLong(timeoutMillis)
        .put((byte) (chunk.call().once() ? 1 : 0))
        .put((byte) (chunk.prompt() ? 1 : 0))
        .flip();
  }

  private static ByteBuffer frame(byte type, int payload, int room) {
    return ByteBuffer.allocate(HEADER + room)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(payload)
        .put(type);
  }
}
