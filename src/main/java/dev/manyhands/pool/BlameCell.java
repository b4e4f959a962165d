package dev.manyhands.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file that a worker process has mapped: which task runs, the outcomes that it has not sent
/// yet, and what it is asked for.
///
/// Read like any file and never mapped here: the task's code may truncate it, and that would end a
/// process that has it mapped. What it says is a claim, to be checked. Safe for use by several
/// threads.
final class BlameCell implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BlameCell.class);

  private static final int SHELF_OFFSET = 4096;
  private static final int SHELF_BYTES = 256 << 10;

  /// Asked for in place of an index: from the next one on.
  static final long AFTER_RUNNING = -1;

  /// Where wishes stand: see the worker's `Asks`.
  private static final int TO_END = 24;

  private static final int TO_CUT = 40;
  private static final int SIGNALS = 56;

  private final Path file;
  private final FileChannel channel;

  @GuardedBy("this")
  private long signals;

  private BlameCell(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  static BlameCell create(Path file) throws IOException {
    FileChannel channel = PrivateFolder.newFile(file);
    channel.write(ByteBuffer.allocate(1), SHELF_OFFSET + SHELF_BYTES - 1);
    return new BlameCell(file, channel);
  }

  /// What the worker claims.
  ///
  /// @param running index of the task that runs; outside the chunk if none does
  /// @param chunk sequence number of the last chunk that it received; 0: none yet; negative: not
  ///   even a function
  /// @param shelved bytes of frames that it has not sent
  record Claim(long running, long chunk, long shelved) {
    /// The task's code has spoilt the file, so something has run.
    static final Claim SPOILT = new Claim(-1, Long.MAX_VALUE, 0);
  }

  Claim claim() {
    ByteBuffer words = read(0, 24).order(ByteOrder.nativeOrder());
    return words.remaining() < 24
        ? Claim.SPOILT
        : new Claim(words.getLong(), words.getLong(), words.getLong());
  }

  /// The frames that the worker had not sent when it died.
  byte[] shelf() {
    long shelved = claim().shelved();
    if (shelved <= 0 || shelved > SHELF_BYTES) {
      return new byte[0];
    }
    ByteBuffer frames = read(SHELF_OFFSET, (int) shelved);
    byte[] bytes = new byte[frames.remaining()];
    frames.get(bytes);
    return bytes;
  }

  /// Wishes that the running task be ended, if it is this one of the chunk. The worker looks when
  /// it gets a signal.
  void askToEnd(long index, long chunk) {
    wish(TO_END, index, chunk);
  }

  /// Wishes that no task of the chunk be started from this one on. The worker looks when it gets a
  /// signal.
  void askToCut(long index, long chunk) {
    wish(TO_CUT, index, chunk);
  }

  /// Wishes that the outcomes on the shelf be sent, though a task runs. The worker looks when it
  /// gets a signal.
  synchronized void askToTell() {
    write(SIGNALS, ++signals);
  }

  private synchronized void wish(int at, long index, long chunk) {
    write(at, index, chunk);
    write(SIGNALS, ++signals);
  }

  private void write(int position, long... words) {
    ByteBuffer from = ByteBuffer.allocate(8 * words.length).order(ByteOrder.nativeOrder());
    for (long word : words) {
      from.putLong(word);
    }
    try {
      channel.write(from.flip(), position);
    } catch (IOException e) {
      log.debug("a worker process cannot be asked for anything any more: {}", e.toString());
    }
  }

  private ByteBuffer read(long position, int length) {
    ByteBuffer to = ByteBuffer.allocate(length);
    try {
      while (to.hasRemaining() && channel.read(to, position + to.position()) >= 0) {
        // a file is read in one go, save for a signal
      }
    } catch (IOException unreadable) {
      // As good as a claim of nothing: the worker's own doing, or closed meanwhile.
      to.clear().limit(0);
      return to;
    }
    return to.flip();
  }

  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(file);
  }
}
