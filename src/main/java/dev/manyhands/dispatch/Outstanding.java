package dev.manyhands.dispatch;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The chunks that workers have, the oldest first, by number. Only the scheduler touches it.
final class Outstanding {
  private final Map<Long, Handed> chunks = new LinkedHashMap<>();
  private long last;

  /// @return the chunk's number, which none had before
  long add(Handed out) {
    chunks.put(++last, out);
    return last;
  }

  /// @param what came of it, for the message
  /// @throws IllegalStateException if no worker has it
  Handed get(long chunk, String what) {
    Handed out = chunks.get(chunk);
    if (out == null) {
      throw new IllegalStateException(what + " of a chunk that is not out: " + chunk);
    }
    return out;
  }

  /// Takes it back.
  ///
  /// @throws IllegalStateException if no worker has it
  Handed remove(long chunk, String what) {
    Handed out = get(chunk, what);
    chunks.remove(chunk);
    return out;
  }

  int size() {
    return chunks.size();
  }

  Collection<Handed> all() {
    return Collections.unmodifiableCollection(chunks.values());
  }

  /// What keeps all that has not started from starting.
  List<Action> cuts() {
    return chunks.entrySet().stream()
        .map(entry -> (Action) new Action.Cut(entry.getValue().job().order.pool(), entry.getKey()))
        .toList();
  }

  /// What ends one task of the job, if a worker has it.
  List<Action> stops(ActiveJob job, int index) {
    return chunks.entrySet().stream()
        .filter(entry -> entry.getValue().job() == job && entry.getValue().open().contains(index))
        .map(entry -> (Action) new Action.StopTask(job.order.pool(), entry.getKey(), index))
        .toList();
  }

  /// The chunks of the job.
  Stream<Long> of(ActiveJob job) {
    return chunks.entrySet().stream()
        .filter(entry -> entry.getValue().job() == job)
        .map(Map.Entry::getKey);
  }

  /// What ends all that runs of the job.
  List<Action> stops(ActiveJob job) {
    return of(job).map(chunk -> (Action) new Action.Stop(job.order.pool(), chunk)).toList();
  }
}
