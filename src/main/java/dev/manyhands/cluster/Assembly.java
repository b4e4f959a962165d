package dev.manyhands.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Messages that come in pieces, until they are whole: in files, since each may be as large as the
/// largest value. Pieces may come in any order, and more than once. Safe for use by several
/// threads.
final class Assembly {
  private static final Logger log = LoggerFactory.getLogger(Assembly.class);

  /// A worker node sends one such message at a time, so this is enough for a dozen nodes and their
  /// largest values at once; past it the oldest is given up, and its chunk with it.
  private static final long MAX_BYTES = 1L << 30;

  private record Key(String token, int number) {}

  /// Opens a file, which is gone when it is closed.
  interface Opener {
    FileChannel open() throws IOException;
  }

  private final Opener files;

  @GuardedBy("this")
  private final Map<Key, Partial> partials = new LinkedHashMap<>();

  @GuardedBy("this")
  private long bytes;

  /// Tokens of those that had to make room.
  @GuardedBy("this")
  private final Set<String> givenUp = new HashSet<>();

  Assembly(Opener files) {
    this.files = files;
  }

  /// @return the message, if this was the last of it
  /// @throws IllegalArgumentException if it is larger than any message
  /// @throws UncheckedIOException if there is no file for it, or no room: it is given up
  synchronized Optional<byte[]> add(Piece piece) {
    if (piece.total() > Piece.MAX_TOTAL) {
      throw new IllegalArgumentException(
          "expected a message of at most " + Piece.MAX_TOTAL + " bytes, got " + piece.total());
    }
    Key key = new Key(piece.token(), piece.number());
    try {
      Partial partial = partials.get(key);
      if (partial == null) {
        partial = new Partial(piece.total(), files.open());
        partials.put(key, partial);
        bytes += piece.total();
        makeRoom();
      }
      if (!partial.add(piece)) {
        return Optional.empty();
      }
      byte[] whole = partial.read();
      forget(key::equals);
      return Optional.of(whole);
    } catch (IOException e) {
      forget(key::equals);
      throw new UncheckedIOException(e);
    }
  }

  @GuardedBy("this")
  private void makeRoom() {
    while (bytes > MAX_BYTES && partials.size() > 1) {
      Key oldest = partials.keySet().iterator().next();
      givenUp.add(oldest.token());
      forget(oldest::equals);
    }
  }

  /// Whose messages had to make room for others since this was asked last.
  synchronized Set<String> takeGivenUp() {
    Set<String> taken = Set.copyOf(givenUp);
    givenUp.clear();
    return taken;
  }

  /// Forgets what belongs to no chunk any more.
  ///
  /// @param isOut whether the chunk of a token is out
  synchronized void keep(Predicate<String> isOut) {
    forget(key -> !isOut.test(key.token()));
  }

  @GuardedBy("this")
  private void forget(Predicate<Key> which) {
    Iterator<Map.Entry<Key, Partial>> all = partials.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<Key, Partial> entry = all.next();
      if (which.test(entry.getKey())) {
        all.remove();
        bytes -= entry.getValue().total;
        entry.getValue().close();
      }
    }
  }

  /// Bytes of all that has begun to come.
  synchronized long bytes() {
    return bytes;
  }

  /// A message of which some is there.
  private static final class Partial {
    private final int total;
    private final FileChannel file;

    /// Where each piece that is there ends, by where it starts.
    private final Map<Integer, Integer> ends = new TreeMap<>();

    Partial(int total, FileChannel file) {
      this.total = total;
      this.file = file;
    }

    /// @return whether all is there now
    boolean add(Piece piece) throws IOException {
      if (piece.total() != total) {
        throw new IllegalArgumentException(
            "expected a piece of " + total + " bytes, got one of " + piece.total());
      }
      ByteBuffer from = ByteBuffer.wrap(piece.bytes());
      while (from.hasRemaining()) {
        file.write(from, piece.at() + (long) from.position());
      }
      ends.put(piece.at(), piece.at() + piece.bytes().length);
      int reached = 0;
      for (Map.Entry<Integer, Integer> one : ends.entrySet()) {
        if (one.getKey() > reached) {
          return false;
        }
        reached = Math.max(reached, one.getValue());
      }
      return reached == total;
    }

    byte[] read() throws IOException {
      ByteBuffer to = ByteBuffer.allocate(total);
      while (to.hasRemaining() && file.read(to, to.position()) >= 0) {
        // until it is full
      }
      return to.array();
    }

    void close() {
      try {
        file.close();
      } catch (IOException e) {
        log.debug("a file of pieces was not closed cleanly: {}", e.toString());
      }
    }
  }
}
