package dev.manyhands.cluster;

import java.util.List;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.context.SmartLifecycle;

/// Takes chunks of the queues of all pools, from the start of this node to its stop.
final class ChunkListeners implements SmartLifecycle {
  private final List<SimpleMessageListenerContainer> all;
  private volatile boolean running;

  ChunkListeners(List<SimpleMessageListenerContainer> all) {
    this.all = List.copyOf(all);
    all.forEach(SimpleMessageListenerContainer::afterPropertiesSet);
  }

  @Override
  public void start() {
    all.forEach(SimpleMessageListenerContainer::start);
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    all.forEach(SimpleMessageListenerContainer::stop);
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
