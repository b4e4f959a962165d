package dev.manyhands.cluster;

import java.util.List;
import org.springframework.context.SmartLifecycle;

/// What all pools of this node take, from its start to its stop: at the end first nothing new is
/// taken, then what is here ends, or is given back.
final class Supplies implements SmartLifecycle, Events.Hearer {
  /// Stopped before the jobs of this node (1000), whose chunks may be among those here, and before
  /// the node's own voice.
  private static final int PHASE = 2000;

  private final List<Supply> all;
  private final Worker worker;
  private volatile boolean running;

  Supplies(List<Supply> all, Worker worker) {
    this.all = List.copyOf(all);
    this.worker = worker;
  }

  @Override
  public void start() {
    running = true;
    look();
  }

  private void look() {
    all.forEach(Supply::look);
  }

  @Override
  public void stop() {
    running = false;
    worker.leave();
    all.forEach(Supply::stop);
    worker.drain();
    all.forEach(Supply::close);
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }

  @Override
  public void tick(boolean isAway, long nowNanos) {
    if (running && !isAway) {
      look();
    }
  }
}
