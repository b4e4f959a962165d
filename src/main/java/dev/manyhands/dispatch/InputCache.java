package dev.manyhands.dispatch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.InputBlock;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JsonLines;
import dev.manyhands.store.JobStore;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Blocks of inputs on their way to workers, bounded in bytes: those of a new job as long as there
/// is room, others read back from the store when their first chunk is due. A block leaves when its
/// last input was handed out.
final class InputCache {
  private record Key(JobId job, int first) {}

  private final JobStore store;
  private final long maxBytes;

  @GuardedBy("this")
  private final Map<Key, IndexedInputs> blocks = new LinkedHashMap<>(16, 0.75f, true);

  @GuardedBy("this")
  private long bytes;

  /// Blocks that the store does not have yet.
  private final Map<Key, IndexedInputs> ahead = new ConcurrentHashMap<>();

  InputCache(JobStore store, long maxBytes) {
    this.store = store;
    this.maxBytes = maxBytes;
  }

  /// Keeps a new job's block if there is room; what is here already is needed sooner, so nothing
  /// makes way for it.
  void offer(JobId job, InputBlock block) {
    synchronized (this) {
      if (bytes + block.inputs().length() > maxBytes) {
        return;
      }
    }
    put(new Key(job, block.first()), new IndexedInputs(block.inputs()));
  }

  /// Keeps a block that is not committed yet, until [#release].
  void hold(JobId job, InputBlock block) {
    ahead.put(new Key(job, block.first()), new IndexedInputs(block.inputs()));
  }

  /// The block is committed, or never will be.
  void release(JobId job, InputBlock block) {
    ahead.remove(new Key(job, block.first()));
  }

  /// The inputs `first` to `first + count - 1`, all in the block that starts at `block`.
  ///
  /// @throws IllegalStateException if the store has no such block
  JsonLines read(JobId job, int block, int first, int count) {
    Key key = new Key(job, block);
    IndexedInputs held = ahead.get(key);
    if (held != null) {
      return held.slice(first - block, count);
    }
    IndexedInputs found = get(key);
    IndexedInputs inputs = found == null ? load(key) : found;
    boolean isLast = first - block + count == inputs.count();
    if (isLast) {
      remove(key);
    } else if (found == null) {
      put(key, inputs);
    }
    return inputs.slice(first - block, count);
  }

  /// The same, to be looked at before they are handed out: the block stays.
  JsonLines look(JobId job, int block, int first, int count) {
    Key key = new Key(job, block);
    IndexedInputs held = ahead.get(key);
    if (held != null) {
      return held.slice(first - block, count);
    }
    IndexedInputs found = get(key);
    IndexedInputs inputs = found == null ? load(key) : found;
    if (found == null) {
      put(key, inputs);
    }
    return inputs.slice(first - block, count);
  }

  private IndexedInputs load(Key key) {
    return store
        .inputs(key.job(), key.first())
        .map(block -> new IndexedInputs(block.inputs()))
        .orElseThrow(
            () -> new IllegalStateException("no inputs of " + key.job() + " at " + key.first()));
  }

  synchronized void forget(JobId job) {
    for (Iterator<Map.Entry<Key, IndexedInputs>> it = blocks.entrySet().iterator();
        it.hasNext(); ) {
      Map.Entry<Key, IndexedInputs> entry = it.next();
      if (entry.getKey().job().equals(job)) {
        bytes -= entry.getValue().bytes();
        it.remove();
      }
    }
  }

  private synchronized @Nullable IndexedInputs get(Key key) {
    return blocks.get(key);
  }

  private synchronized void remove(Key key) {
    IndexedInputs removed = blocks.remove(key);
    if (removed != null) {
      bytes -= removed.bytes();
    }
  }

  private synchronized void put(Key key, IndexedInputs inputs) {
    remove(key);
    blocks.put(key, inputs);
    bytes += inputs.bytes();
    for (Iterator<Map.Entry<Key, IndexedInputs>> it = blocks.entrySet().iterator();
        bytes > maxBytes && it.hasNext(); ) {
      bytes -= it.next().getValue().bytes();
      it.remove();
    }
  }
}
