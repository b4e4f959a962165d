package dev.manyhands.cluster;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// What all pools of this node take, from its start to its stop: at the end first nothing new is
/// taken, then what is here ends, or is given back.
final class Supplies implements SmartLifecycle, Events.Hearer {
  /// Stopped before the jobs of this node (1000), whose chunks may be among those here, and before
  /// the node's own voice.
  private static final int PHASE = 2000;

  /// How often it is looked whether somebody waits for the worker of a long chunk.
  private static final long LOOK_MILLIS = Stays.LONGEST.toMillis() / 2;

  private static final Logger log = LoggerFactory.getLogger(Supplies.class);

  private final List<Supply> all;
  private final Worker worker;
  private final ScheduledExecutorService stays =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("cluster-stays").daemon().factory());
  private volatile boolean running;

  Supplies(List<Supply> all, Worker worker) {
    this.all = List.copyOf(all);
    this.worker = worker;
  }

  @Override
  public void start() {
    running = true;
    look();
    var _ =
        stays.scheduleWithFixedDelay(
            this::endStays, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void endStays() {
    for (Supply one : all) {
      try {
        worker.stays().look(one.pool(), one::waiting, System.nanoTime());
      } catch (RuntimeException | Error e) {
        log.error(
            "Stays of pool {} go on after a mistake of this node's own.", one.pool().name(), e);
      }
    }
  }

  private void look() {
    all.forEach(Supply::look);
  }

  @Override
  public void stop() {
    running = false;
    stays.shutdownNow();
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
