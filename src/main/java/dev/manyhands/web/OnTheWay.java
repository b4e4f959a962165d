package dev.manyhands.web;

import dev.manyhands.store.Node;
import dev.manyhands.store.Nodes;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.hc.core5.concurrent.Cancellable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The requests that were passed on to other nodes and are not at their end. A node whose lease has
/// run out owns nothing any more, whether it is dead or stands still: what waits for it is ended.
/// As many as there are connections.
final class OnTheWay implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OnTheWay.class);

  private final Nodes nodes;
  private final Set<Sent> all = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("passed-on").daemon().factory());

  /// @param often how often the leases are looked at while something is on the way
  OnTheWay(Nodes nodes, Duration often) {
    this.nodes = nodes;
    var _ =
        timer.scheduleWithFixedDelay(
            this::look, often.toNanos(), often.toNanos(), TimeUnit.NANOSECONDS);
  }

  /// A request that another node has.
  static final class Sent {
    private final String node;
    private final Cancellable request;
    private volatile boolean over;

    private Sent(String node, Cancellable request) {
      this.node = node;
      this.request = request;
    }

    /// Whether it was ended since its node is none any more.
    boolean isOver() {
      return over;
    }
  }

  Sent enter(String node, Cancellable request) {
    Sent sent = new Sent(node, request);
    all.add(sent);
    return sent;
  }

  void leave(Sent sent) {
    all.remove(sent);
  }

  int size() {
    return all.size();
  }

  private void look() {
    if (all.isEmpty()) {
      return;
    }
    try {
      Set<String> there = nodes.all().stream().map(Node::id).collect(Collectors.toSet());
      for (Sent sent : all) {
        if (!there.contains(sent.node)) {
          sent.over = true;
          sent.request.cancel();
        }
      }
    } catch (RuntimeException e) {
      LOG.debug("The leases of other nodes are looked at later: {}", e.toString());
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
