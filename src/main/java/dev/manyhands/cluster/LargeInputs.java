package dev.manyhands.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.NotBegun;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The inputs of an owner's chunks that are too large for a message. Worker nodes have no store, so
/// they ask for them piece by piece: each [Want] is answered by one [Piece]. So however large an
/// input is, little of it is on its way at once, and what is lost on it is asked for again. Safe
/// for use by several threads.
final class LargeInputs {
  private static final Logger log = LoggerFactory.getLogger(LargeInputs.class);

  /// Of inputs that are kept while they are asked for, beside one: others are read again.
  private static final long MAX_BYTES = 64L << 20;

  private final Post post;
  private final int pieceBytes;

  /// One is read at a time, so that no more than one is in memory beside those that are kept.
  private final ReentrantLock reading = new ReentrantLock();

  /// What is being answered: who asks again meanwhile waits for the same.
  private final Set<Want> answering = ConcurrentHashMap.newKeySet();

  @GuardedBy("this")
  private final Map<String, JsonLines> kept = new LinkedHashMap<>(16, 0.75f, true);

  @GuardedBy("this")
  private long bytes;

  /// @param pieceBytes of a piece
  LargeInputs(Post post, int pieceBytes) {
    this.post = post;
    this.pieceBytes = pieceBytes;
  }

  /// Sends the piece that is asked for; waits for the store and the broker. If there is no such
  /// input any more nobody wants the chunk.
  ///
  /// @param inputs reads it, perhaps from disk
  void answer(Want want, Supplier<JsonLines> inputs) {
    if (!answering.add(want)) {
      return;
    }
    try {
      JsonLines input = kept(want.token(), inputs);
      Piece piece = Piece.of(want.token(), input, want.at(), pieceBytes);
      if (piece.at() + piece.bytes().length == piece.total()) {
        forget(want.token()::equals);
      }
      // Whoever does not get it asks again.
      post.send(Names.inputs(want.node()), piece.write());
    } catch (NotBegun e) {
      log.debug("an input is not sent: {}", e.getMessage()); // who wants it asks again
    } catch (IllegalArgumentException e) {
      log.warn("a node asked for what is not in the input of its chunk: {}", e.getMessage());
    } catch (IllegalStateException e) {
      log.warn("a chunk is called back, since its input is gone: {}", e.getMessage());
      post.tellAll(new Cancel(want.token(), Cancel.WHOLE).write());
    } finally {
      answering.remove(want);
    }
  }

  private JsonLines kept(String token, Supplier<JsonLines> inputs) {
    JsonLines here = kept(token);
    if (here != null) {
      return here;
    }
    reading.lock();
    try {
      here = kept(token);
      if (here == null) {
        here = inputs.get();
        keep(token, here);
      }
      return here;
    } finally {
      reading.unlock();
    }
  }

  private synchronized @Nullable JsonLines kept(String token) {
    return kept.get(token);
  }

  /// Keeps it for those who will ask, if it is one of the newest.
  synchronized void keep(String token, JsonLines input) {
    forget(token::equals);
    kept.put(token, input);
    bytes += input.length();
    Iterator<JsonLines> oldest = kept.values().iterator();
    while (bytes > MAX_BYTES && kept.size() > 1) {
      bytes -= oldest.next().length();
      oldest.remove();
    }
  }

  /// Forgets what nobody asks for any more.
  ///
  /// @param which tokens of chunks
  synchronized void forget(Predicate<String> which) {
    for (Iterator<Map.Entry<String, JsonLines>> all = kept.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<String, JsonLines> entry = all.next();
      if (which.test(entry.getKey())) {
        bytes -= entry.getValue().length();
        all.remove();
      }
    }
  }

  /// Bytes of those that are kept.
  synchronized long bytes() {
    return bytes;
  }
}
