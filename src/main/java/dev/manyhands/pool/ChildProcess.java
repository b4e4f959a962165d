package dev.manyhands.pool;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Function;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.TaskError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A worker process: blank at first, then loaded with one function of one caller for the rest of
/// its life. After [#end] it is gone, with its descendants and its folder.
///
/// One slot's thread at a time writes and reads frames; [#kill] may come from any thread, and makes
/// that thread's wait end.
final class ChildProcess {
  private static final Logger log = LoggerFactory.getLogger(ChildProcess.class);

  /// What the service has of a worker process on disk.
  ///
  /// @param home its working folder
  record Files(Path home, BlameCell cell) {
    void delete() throws IOException {
      cell.close();
      PrivateFolder.delete(home);
    }
  }

  /// What a worker process is kept for.
  record Key(String caller, Function function) {}

  /// How long a process may outlive its streams or its kill before someone looks into it.
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ChildLife life;
  private final SocketChannel channel;
  private final FrameReader frames;
  private final Files files;
  private final CompletableFuture<Void> gone = new CompletableFuture<>();
  private @Nullable Key key;
  private boolean hasFunction;
  private volatile long sequence;
  private long tasks;
  private long residentBytes;
  private long idleSince;

  ChildProcess(ChildLife life, SocketChannel channel, Files files, int maxFrameBytes) {
    this.life = life;
    this.channel = channel;
    this.frames = new FrameReader(channel, maxFrameBytes);
    this.files = files;
  }

  @Nullable Key key() {
    return key;
  }

  /// Whether it has said that it got its function, before any code of that ran.
  boolean hasFunction() {
    return hasFunction;
  }

  BlameCell cell() {
    return files.cell();
  }

  FrameReader frames() {
    return frames;
  }

  /// The sequence number of the last chunk that it was given.
  long sequence() {
    return sequence;
  }

  /// Tasks that it was given.
  long tasks() {
    return tasks;
  }

  /// The memory that it had after its last chunk; 0: it has not said so.
  long residentBytes() {
    return residentBytes;
  }

  void hasBytes(long resident) {
    residentBytes = resident;
  }

  /// It has no work from now on, in nanoseconds of the system's clock.
  void idles(long now) {
    idleSince = now;
  }

  long idleNanos(long now) {
    return now - idleSince;
  }

  /// Whether it lives and is silent, as it has to be between two chunks.
  boolean isQuiet() {
    try {
      channel.configureBlocking(false);
      boolean silent = frames.isEmpty() && channel.read(ByteBuffer.allocate(1)) == 0;
      channel.configureBlocking(true);
      return silent;
    } catch (IOException closed) {
      return false;
    }
  }

  /// Loads a function.
  ///
  /// @return why it cannot be loaded, if so
  /// @throws IOException if the process has ended
  @Nullable TaskError load(Key newKey, ProcessSettings settings) throws IOException, Violation {
    key = newKey;
    write(WorkerFrames.load(newKey.function(), settings));
    FrameReader.Frame heard = answerToLoad();
    if (heard.type() != WorkerFrames.LOADING) {
      throw new Violation("a frame of type " + heard.type() + ", expected the start of the load");
    }
    hasFunction = true;
    FrameReader.Frame answer = answerToLoad();
    return switch (answer.type()) {
      case WorkerFrames.LOADED -> null;
      case WorkerFrames.LOAD_FAILED -> WorkerFailure.read(answer.payload()).error();
      default ->
          throw new Violation(
              "a frame of type " + answer.type() + ", expected the end of the load");
    };
  }

  private FrameReader.Frame answerToLoad() throws IOException, Violation {
    FrameReader.Frame answer = frames.next();
    if (answer == null) {
      throw new IOException("ended while it loaded the function");
    }
    return answer;
  }

  /// From now on what is asked for concerns the chunk that [#send] hands over next.
  void nextChunk() {
    // Only the slot's thread counts; whoever asks for something reads.
    long last = sequence;
    sequence = last + 1;
  }

  /// Hands a chunk over; its answers come as frames.
  ///
  /// @param inputs all of it, or those of its beginning that are wanted
  void send(Chunk chunk, JsonLines inputs) throws IOException {
    tasks += inputs.count();
    Duration timeout = chunk.call().timeouts().hard();
    long millis = timeout == null ? 0 : Math.max(1, timeout.toMillis());
    ByteBuffer header = WorkerFrames.chunkHeader(sequence, chunk, millis, inputs);
    write(header, ByteBuffer.wrap(inputs.bytes(), inputs.offset(), inputs.length()));
  }

  private void write(ByteBuffer... buffers) throws IOException {
    ByteBuffer last = buffers[buffers.length - 1];
    while (last.hasRemaining()) {
      channel.write(buffers);
    }
  }

  /// Asks for the end of the task, if it runs. There is no telling whether that is heeded.
  void askToEnd(int index) {
    files.cell().askToEnd(index, sequence);
    life.interrupt();
  }

  /// Asks to start no task of the present chunk from this one on. One that has just started is
  /// asked to end.
  void askToCut(int index) {
    files.cell().askToCut(index, sequence);
    life.interrupt();
  }

  /// Asks to start no further task of the present chunk.
  void askToCut() {
    files.cell().askToCut(BlameCell.AFTER_RUNNING, sequence);
    life.interrupt();
  }

  /// Asks to send the outcomes that it still has, though a task runs.
  void askToTell() {
    files.cell().askToTell();
    life.interrupt();
  }

  /// Ends the process and what it started, now. Its frames that came before can still be read.
  void kill() {
    life.kill();
    // A keeper that something has stopped heeds nothing, and whoever reads frames would wait on.
    var _ =
        life.end()
            .copy()
            .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
            .whenCompleteAsync((_, late) -> {
              if (late != null) {
                endForcibly();
              }
            });
  }

  private void endForcibly() {
    log.warn(
        "the worker of keeper {} does not end though it was told to; killing both",
        life.keeper().pid());
    life.keeper().endForcibly();
  }

  /// Tells the process that no more comes; it ends by itself if nothing runs.
  void hangUp() {
    try {
      channel.close();
    } catch (IOException e) {
      log.debug("the socket of a worker process was not closed", e);
    }
  }

  /// The wait for a frame ends, also when something that the process left behind holds the socket
  /// open.
  void stopReading() {
    try {
      channel.shutdownInput();
    } catch (IOException alreadyClosed) {
      log.trace("the worker of keeper {} has no socket any more", life.keeper().pid());
    }
  }

  /// How it ended; ends it first, if it has not.
  TaskError.Exit awaitExit() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return life.end().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
          endForcibly();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// Ends it after a grace, and clears away after it. Returns when it is gone.
  void end(Duration grace) {
    try {
      hangUp();
      life.end().get(grace.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      kill();
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
    }
    var _ = awaitExit();
    try {
      files.delete();
    } catch (IOException | UncheckedIOException e) {
      log.warn(
          "the folder {} of a worker process cannot be removed and stays: {}",
          files.home(),
          e.toString());
    }
    life.over();
    gone.complete(null);
  }

  /// Has this called when the process has ended, whyever.
  void onExit(Runnable hearer) {
    var _ = life.end().thenRun(hearer);
  }

  boolean hasEnded() {
    return life.end().isDone();
  }

  /// Completes when the process is gone and cleared away.
  CompletableFuture<Void> gone() {
    return gone;
  }
}
