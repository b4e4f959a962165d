package dev.manyhands.pool;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.SmartInitializingSingleton;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Tries the walls at the start of a service that runs tasks in processes, in the background: a
/// process builds them around itself as workers do, then does what tasks must not be able to do.
/// The start ends with the reason if one of them does not hold.
public final class WallsTrial implements SmartInitializingSingleton {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int MAX_SECONDS = 60;

  /// These need a newer kernel than the others; the service itself is guarded on every one.
  private static final List<String> WHERE_THE_KERNEL_CAN =
      List.of("other-processes", "abstract-sockets");

  private final Python python;
  private final Sandbox sandbox;
  private @Nullable Thread trial;
  private volatile Walls walls;
  private volatile String failure = "";

  WallsTrial(Python python, Sandbox sandbox) {
    this.python = python;
    this.sandbox = sandbox;
    this.walls = new Walls(sandbox.level(), Map.of());
  }

  /// Begins, unless it has: there is a pool whose tasks the walls are for. A node whose tasks run
  /// elsewhere needs none.
  synchronized void begin() {
    if (trial == null && sandbox.isHardened() && python instanceof Python.Found found) {
      trial = Thread.ofPlatform().name("walls-trial").daemon().start(() -> tryIn(found));
    }
  }

  private synchronized Optional<Thread> trial() {
    return Optional.ofNullable(trial);
  }

  /// What stands, once it was tried.
  public Walls walls() {
    trial().ifPresent(WallsTrial::await);
    return walls;
  }

  private static void await(Thread trial) {
    try {
      trial.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void afterSingletonsInstantiated() {
    var _ = walls();
    if (!failure.isEmpty()) {
      throw new SandboxUnreachable(failure);
    }
  }

  private void tryIn(Python.Found python) {
    try (ScratchFolder scratch = ScratchFolder.create()) {
      take(run(python, scratch.path()));
    } catch (IOException | UncheckedIOException | JacksonException e) {
      failure = "the walls cannot be tried: " + e.getMessage();
    } catch (InterruptedException e) {
      failure = "the walls' trial was interrupted";
    }
  }

  private String run(Python.Found python, Path scratch) throws IOException, InterruptedException {
    Path plan = scratch.resolve("walls.json");
    PrivateFolder.write(plan, new ByteArrayInputStream(sandbox.plan(scratch, TaskLimits.UNSET)));
    Path home = PrivateFolder.create(scratch.resolve("w0"));
    ProcessBuilder builder =
        new ProcessBuilder(
                python.executable().toString(),
                "-I",
                WorkerCode.writeInto(scratch).toString(),
                "try",
                plan.toString())
            .directory(home.toFile())
            .redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(Keepers.environment(home));
    Process process = builder.start();
    StderrTail said = new StderrTail(process.getInputStream(), "walls-trial-output");
    if (!process.waitFor(MAX_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("no answer within " + MAX_SECONDS + " s");
    }
    return said.text(Duration.ofSeconds(MAX_SECONDS));
  }

  private void take(String said) throws IOException {
    if (!said.startsWith("{")) {
      throw new IOException(said.strip());
    }
    JsonNode report = JSON.readTree(said.getBytes(StandardCharsets.UTF_8));
    if (report.has("missing")) {
      failure = report.get("missing").asString();
      return;
    }
    Map<String, String> each = new LinkedHashMap<>();
    report
        .get("walls")
        .properties()
        .forEach(wall -> each.put(wall.getKey(), wall.getValue().asString()));
    walls = new Walls(sandbox.level(), each);
    each.forEach((name, state) -> {
      boolean mayBeOpen =
          WHERE_THE_KERNEL_CAN.contains(name)
              || name.equals("network") && sandbox.settings().network();
      if (!state.equals("closed") && !mayBeOpen) {
        failure = "the wall " + name + " does not hold: " + state;
      }
    });
  }
}
