package dev.manyhands.cluster;

import dev.manyhands.testkit.Wait;

/// A message's delivery whose channel a test closes.
final class ScriptedDelivery implements Delivery {
  private final boolean redelivered;
  private boolean open = true;
  private int acknowledged;

  ScriptedDelivery(boolean redelivered) {
    this.redelivered = redelivered;
  }

  synchronized void loseChannel() {
    open = false;
  }

  synchronized int acknowledged() {
    return acknowledged;
  }

  void awaitAcknowledged() {
    Wait.until(this, "an acknowledgement", () -> acknowledged > 0);
  }

  @Override
  public boolean isRedelivered() {
    return redelivered;
  }

  @Override
  public synchronized boolean isOpen() {
    return open;
  }

  @Override
  public synchronized void done() {
    acknowledged++;
    notifyAll();
  }
}
