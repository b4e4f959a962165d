package dev.manyhands.cluster;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.core.Message;
import org.springframework.context.SmartLifecycle;
import tools.jackson.databind.node.ObjectNode;

/// What all nodes tell each other: announces this node every few seconds, and brings what others
/// say to those who hear it.
final class Events implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(Events.class);

  /// Hears what is said among the nodes, as far as it is its concern; called by several threads.
  interface Hearer {
    default void announced(Announcement said, long nowNanos) {}

    default void cancelled(Cancel cancel) {}

    default void cut(Cut cut) {}

    default void died(String token, boolean mayHaveRun) {}

    default void resized(Resize resize) {}

    default void granted(Grant grant) {}

    /// Every few seconds.
    default void tick(boolean isAway, long nowNanos) {}
  }

  /// Stopped after the jobs of this node (1000), which tell what is not wanted any more.
  static final int PHASE = 500;

  private final Self self;
  private final ClusterSettings settings;
  private final HeardNodes nodes;
  private final Post post;
  private final List<Hearer> hearers;
  private final Dropped dropped;
  private final ScheduledExecutorService heart =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("cluster-heart").daemon().factory());
  private volatile boolean running;

  Events(
      Self self,
      ClusterSettings settings,
      HeardNodes nodes,
      Post post,
      List<Hearer> hearers,
      Dropped dropped) {
    this.self = self;
    this.settings = settings;
    this.nodes = nodes;
    this.post = post;
    this.hearers = List.copyOf(hearers);
    this.dropped = dropped;
  }

  /// A message of the fan-out.
  void heard(Message message) {
    try {
      Parts parts = Parts.read(message.getBody(), 0);
      long now = System.nanoTime();
      switch (parts.text("type")) {
        case "node" -> {
          Announcement said = Announcement.of(parts);
          nodes.heard(said, now);
          hearers.forEach(hearer -> hearer.announced(said, now));
        }
        case "cancel" -> {
          Cancel cancel = Cancel.of(parts);
          hearers.forEach(hearer -> hearer.cancelled(cancel));
        }
        case "cut" -> {
          Cut cut = Cut.of(parts);
          hearers.forEach(hearer -> hearer.cut(cut));
        }
        case "resize" -> {
          Resize resize = Resize.of(parts);
          hearers.forEach(hearer -> hearer.resized(resize));
        }
        case "grant" -> {
          Grant grant = Grant.of(parts);
          hearers.forEach(hearer -> hearer.granted(grant));
        }
        case "dead" -> {
          String token = parts.text("token");
          boolean mayHaveRun = parts.flag("mayHaveRun");
          hearers.forEach(hearer -> hearer.died(token, mayHaveRun));
        }
        // Of a newer node, in the middle of a rolling update.
        default -> log.debug("an event of an unknown type was left out");
      }
    } catch (OtherVersion e) {
      // Every few seconds, in the middle of a rolling update. Its workers do not count here.
      dropped.count(e);
      heardOther(e);
    } catch (RuntimeException e) {
      dropped.count(e);
      log.warn("an event was dropped: {}", e.getMessage());
    }
  }

  private void heardOther(OtherVersion event) {
    nodes.heardOther(event.version(), System.nanoTime());
    if (event.text("type").filter("dead"::equals).isPresent()) {
      String token = event.text("token").orElse("");
      boolean mayHaveRun = event.flag("mayHaveRun");
      hearers.forEach(hearer -> hearer.died(token, mayHaveRun));
    }
  }

  /// A chunk that the broker gave up: whoever owns it is to hear of it.
  void dead(Message message) {
    String reason =
        String.valueOf(message.getMessageProperties().getHeaders().get("x-first-death-reason"));
    try {
      ObjectNode head = Parts.object();
      head.put("type", "dead");
      head.put("token", token(message.getBody()));
      head.put("mayHaveRun", "delivery_limit".equals(reason));
      post.tellAll(Parts.write(head));
    } catch (RuntimeException e) {
      dropped.count(e);
      log.warn("a dead letter was dropped that is no chunk: {}", e.getMessage());
    }
  }

  private static String token(byte[] chunk) {
    try {
      return ChunkMessage.read(chunk).token();
    } catch (OtherVersion e) {
      return e.text("owner").flatMap(_ -> e.text("token")).orElseThrow(() -> e);
    }
  }

  @Override
  public void start() {
    running = true;
    var _ =
        heart.scheduleWithFixedDelay(
            this::beat, 0, settings.heartbeat().toMillis(), TimeUnit.MILLISECONDS);
  }

  private void beat() {
    try {
      boolean told = post.tellAll(self.announcement(false).write());
      long now = System.nanoTime();
      nodes.forget(settings.patience(), now);
      // Whoever does not hear itself hears no other either, and knows nothing of what they have.
      boolean isAway = !told || !nodes.knows(nodes.self());
      if (isAway) {
        nodes.waitAnew(now);
      }
      hearers.forEach(hearer -> hearer.tick(isAway, now));
    } catch (RuntimeException | Error e) {
      log.error("The node goes on announcing itself after a mistake of its own.", e);
    }
  }

  @Override
  public void stop() {
    running = false;
    heart.shutdownNow();
    awaitLastBeat(); // which would announce it again after it has left
    post.tellAll(self.announcement(true).write());
  }

  private void awaitLastBeat() {
    try {
      if (!heart.awaitTermination(settings.heartbeat().toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("The node leaves while it still announces itself.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }
}
