package dev.manyhands.cluster;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Outcomes;
import dev.manyhands.pool.ChunkSink;
import java.util.ArrayList;
import java.util.List;

/// Writes down what it hears, such as `0+2` (two tasks from 0 on), `ended` or `lost 2+1`.
final class WrittenSink implements ChunkSink {
  private final List<String> heard = new ArrayList<>();

  synchronized List<String> heard() {
    return List.copyOf(heard);
  }

  private synchronized void hear(String what) {
    heard.add(what);
    notifyAll();
  }

  @Override
  public void outcomes(Chunk chunk, Outcomes outcomes) {
    hear(outcomes.first() + "+" + outcomes.count());
  }

  @Override
  public void ended(Chunk chunk) {
    hear("ended");
  }

  @Override
  public void lost(Chunk chunk, List<Outcomes> crashes) {
    StringBuilder text = new StringBuilder("lost");
    crashes.forEach(
        crash -> text.append(' ').append(crash.first()).append('+').append(crash.count()));
    hear(text.toString());
  }
}
