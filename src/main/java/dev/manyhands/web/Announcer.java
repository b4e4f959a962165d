package dev.manyhands.web;

import dev.manyhands.pool.WorkerNodes;
import dev.manyhands.security.AdminKey;
import dev.manyhands.store.Node;
import dev.manyhands.store.Nodes;
import dev.manyhands.store.Presence;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.stereotype.Component;

/// Tells the other nodes who this one is, before it takes jobs, and where it is, once it listens. A
/// node that could not work with them does not start.
@Component
final class Announcer implements ApplicationListener<WebServerInitializedEvent> {
  private final Nodes nodes;
  private final ForwardSettings settings;
  private final @Nullable InetAddress address;
  private Presence presence;

  /// @throws InvalidConfigurationPropertyValueException if this node could not work with the others
  Announcer(
      Nodes nodes,
      ForwardSettings settings,
      AdminKey key,
      ServerProperties server,
      ObjectProvider<BuildProperties> build,
      ObjectProvider<WorkerNodes> workers,
      @Value("${manyhands.roles:api,worker}") List<String> roles) {
    this.nodes = nodes;
    this.settings = settings;
    this.address = server.getAddress();
    BuildProperties built = build.getIfAvailable();
    this.presence =
        new Presence(
            name(workers.getIfAvailable(() -> WorkerNodes.NONE)),
            roles,
            built == null || built.getVersion() == null ? "unknown" : built.getVersion(),
            key.print(),
            null);
    refuseAlone();
    refuseOtherKey(key);
    nodes.announce(presence);
  }

  private static String name(WorkerNodes workers) {
    if (!workers.self().isEmpty()) {
      return workers.self();
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  private void refuseAlone() {
    if (!nodes.isShared() && !settings.url().isEmpty()) {
      throw new InvalidConfigurationPropertyValueException(
          "manyhands.cluster.url",
          settings.url(),
          "expected none without spring.datasource.url: the data folder is one node's alone");
    }
  }

  /// A request comes to any node, and is checked again by the node that it is passed on to.
  private void refuseOtherKey(AdminKey key) {
    for (Node node : nodes.all()) {
      String other = node.presence().key();
      if (!other.isEmpty() && !other.equals(key.print())) {
        throw new InvalidConfigurationPropertyValueException(
            "manyhands.security.key-file",
            key.file(),
            "expected a file with the key of the nodes that run on this database, such as "
                + node.presence().name()
                + ", got another key: callers would be known to one and not to the other");
      }
    }
  }

  @Override
  public void onApplicationEvent(WebServerInitializedEvent event) {
    if (event.getApplicationContext().getServerNamespace() == null) {
      String url =
          settings.url().isEmpty()
              ? "http://" + host() + ":" + event.getWebServer().getPort()
              : settings.url();
      presence = presence.at(url);
      nodes.announce(presence);
    }
  }

  private String host() {
    InetAddress at = address;
    try {
      if (at == null || at.isAnyLocalAddress()) {
        at = InetAddress.getLocalHost();
      }
    } catch (UnknownHostException e) {
      at = InetAddress.getLoopbackAddress();
    }
    String text = at.getHostAddress().replaceFirst("%.*", "");
    return at instanceof Inet6Address ? "[" + text + "]" : text;
  }
}
