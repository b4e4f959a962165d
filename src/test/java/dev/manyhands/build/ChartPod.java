package dev.manyhands.build;

import dev.manyhands.build.Chart.Node;
import dev.manyhands.build.Chart.Rendered;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;

/// A pod of the chart in a container: image, user, rights, limits, environment and mounts are what
/// its manifest says, and files of settings and secrets lie there as a kubelet lays them. What is
/// not taken from the manifest is the network. It is gone after [#remove()].
final class ChartPod {
  /// Files lie in a folder to which `..data` leads, and belong to root and the pod's group.
  private static final String LAY =
      """
      import json, os, sys
      said = json.loads(sys.argv[1])
      if said["files"]:
          os.mkdir("/v/..first")
          os.symlink("..first", "/v/..data")
      for name, text in said["files"].items():
          with open("/v/..first/" + name, "w") as file:
              file.write(text)
          os.chown(file.name, 0, said["group"])
          os.chmod(file.name, said["mode"])
          os.symlink("..data/" + name, "/v/" + name)
      os.chown("/v", 0, said["group"])
      os.chmod("/v", 0o2777)
      """;

  /// As a kubelet asks: at the pod's own address.
  private static final String PROBE =
      """
      import socket, sys, time, urllib.request
      url = "http://%s:%s%s" % (socket.gethostbyname(socket.gethostname()), sys.argv[1], sys.argv[2])
      end = time.monotonic() + float(sys.argv[3])
      while True:
          try:
              print(urllib.request.urlopen(url, timeout=5).status)
              break
          except OSError as problem:
              if time.monotonic() > end:
                  sys.exit("%s: %s" % (url, problem))
              time.sleep(0.2)
      """;

  private final ComposedCluster cluster;
  private final Rendered made;
  private final Node pod;
  private final Node container;
  private final List<String> volumes = new ArrayList<>();
  private final String id;

  /// Starts it.
  ///
  /// @param secrets by name and item, such as `manyhands-key/admin.key`
  /// @param networks of the containers around it; the first is its own
  ChartPod(
      ComposedCluster cluster,
      Rendered made,
      String role,
      Map<String, String> secrets,
      String... networks)
      throws Exception {
    this.cluster = cluster;
    this.made = made;
    this.pod = made.of("Deployment/it-manyhands-" + role).at("spec", "template", "spec");
    this.container = pod.at("containers", 0);
    List<String> create = new ArrayList<>(List.of("docker", "create", "--network", networks[0]));
    create.addAll(List.of("-p", "127.0.0.1::" + container.at("ports", 0, "containerPort").text()));
    create.addAll(rights());
    for (Node variable : container.at("env").each()) {
      create.addAll(List.of("-e", variable.at("name").text() + "=" + variable.at("value").text()));
    }
    for (Node mount : container.at("volumeMounts").each()) {
      String volume = lay(volume(mount.at("name").text()), secrets);
      String access = mount.has("readOnly") ? ":ro" : "";
      create.addAll(List.of("-v", volume + ":" + mount.at("mountPath").text() + access));
    }
    create.add(container.at("image").text());
    this.id = cluster.run(create.toArray(String[]::new)).strip();
    for (String network : List.of(networks).subList(1, networks.length)) {
      cluster.run("docker", "network", "connect", network, id);
    }
    cluster.run("docker", "start", id);
  }

  private List<String> rights() {
    Node user = pod.at("securityContext");
    Node may = container.at("securityContext");
    List<String> rights = new ArrayList<>();
    rights.add("--user=" + user.at("runAsUser").text() + ":" + user.at("runAsGroup").text());
    rights.add("--group-add=" + user.at("fsGroup").text());
    rights.add("--read-only=" + may.at("readOnlyRootFilesystem").text());
    may.at("capabilities", "drop").each().forEach(drop -> rights.add("--cap-drop=" + drop.text()));
    if (may.at("allowPrivilegeEscalation").value().equals(false)) {
      rights.add("--security-opt=no-new-privileges");
    }
    Node limits = container.at("resources", "limits");
    rights.add("--memory=" + limits.at("memory").text().replace("Gi", "g"));
    if (limits.has("cpu")) {
      rights.add("--cpus=" + limits.at("cpu").text());
    }
    return rights;
  }

  private Node volume(String name) {
    return pod.at("volumes").each().stream()
        .filter(volume -> volume.at("name").text().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no volume " + name));
  }

  /// The engine's volume with what the pod's has in it.
  private String lay(Node volume, Map<String, String> secrets) throws Exception {
    Map<String, Object> files = new TreeMap<>();
    Object mode = 0644;
    if (volume.has("configMap")) {
      Node map = made.of("ConfigMap/" + volume.at("configMap", "name").text());
      ((Map<?, ?>) map.at("data").value())
          .forEach((name, text) -> files.put(String.valueOf(name), text));
    } else if (volume.has("projected")) {
      mode = volume.at("projected", "defaultMode").value();
      for (Node source : volume.at("projected", "sources").each()) {
        for (Node item : source.at("secret", "items").each()) {
          String secret = source.at("secret", "name").text() + "/" + item.at("key").text();
          if (!secrets.containsKey(secret)) {
            throw new AssertionError("no secret " + secret);
          }
          files.put(item.at("path").text(), secrets.get(secret));
        }
      }
    }
    String name = "manyhands-chart-" + UUID.randomUUID();
    cluster.run("docker", "volume", "create", name);
    volumes.add(name);
    String said =
        JsonMapper.builder()
            .build()
            .writeValueAsString(
                Map.of(
                    "files",
                    files,
                    "mode",
                    mode,
                    "group",
                    pod.at("securityContext", "fsGroup").value()));
    String image = ComposedCluster.IMAGE;
    cluster.run(
        "docker",
        "run",
        "--rm",
        "--user",
        "0",
        "--network",
        "none",
        "-v",
        name + ":/v",
        "--entrypoint",
        "python3",
        image,
        "-c",
        LAY,
        said);
    return name;
  }

  /// Waits until the probe is answered as a kubelet wants it, as long as a start may take.
  void await(String probe) throws Exception {
    Node start = container.at("startupProbe");
    int seconds =
        (int) start.at("periodSeconds").value() * (int) start.at("failureThreshold").value();
    try {
      exec(
          "python3",
          "-c",
          PROBE,
          container.at("ports", 0, "containerPort").text(),
          container.at(probe, "httpGet", "path").text(),
          String.valueOf(seconds));
    } catch (AssertionError | IOException e) {
      String printed = cluster.run("docker", "logs", "--tail", "30", id);
      throw new AssertionError("no answer to the " + probe + "; it printed: " + printed, e);
    }
  }

  /// What a program prints in the pod.
  String exec(String... command) throws Exception {
    List<String> exec = new ArrayList<>(List.of("docker", "exec", id));
    exec.addAll(List.of(command));
    return cluster.run(exec.toArray(String[]::new));
  }

  /// Where this machine reaches it, such as `http://127.0.0.1:32768`.
  String url() throws Exception {
    String port = container.at("ports", 0, "containerPort").text();
    return "http://" + cluster.run("docker", "port", id, port).lines().findFirst().orElseThrow();
  }

  /// Tells it to stop as a kubelet does.
  ///
  /// @return the exit code, 137 if it had to be killed after its time
  int stop() throws Exception {
    if (container.has("lifecycle")) {
      exec(
          container.at("lifecycle", "preStop", "exec", "command").each().stream()
              .map(Node::text)
              .toArray(String[]::new));
    }
    cluster.run("docker", "stop", "-t", pod.at("terminationGracePeriodSeconds").text(), id);
    return Integer.parseInt(
        cluster.run("docker", "inspect", "-f", "{{.State.ExitCode}}", id).strip());
  }

  void remove() throws Exception {
    cluster.run("docker", "rm", "-f", id);
    for (String volume : volumes) {
      cluster.run("docker", "volume", "rm", volume);
    }
  }
}
