package dev.manyhands.pool;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// The walls that worker processes build around themselves before they run task code.
///
/// @param hidden folders that no task may see, whatever lies around them is allowed
record Sandbox(SandboxSettings settings, List<Path> hidden) {
  private static final JsonMapper JSON = new JsonMapper();

  /// No walls.
  static final Sandbox NONE =
      new Sandbox(
          new SandboxSettings(SandboxSettings.Level.NONE, false, List.of(), List.of()), List.of());

  Sandbox {
    hidden = List.copyOf(hidden);
  }

  boolean isHardened() {
    return settings.effective() == SandboxSettings.Level.HARDENED;
  }

  /// The word of the setting.
  String level() {
    return isHardened() ? "hardened" : "none";
  }

  /// What a worker process reads before anything else.
  byte[] plan(Path scratch, TaskLimits limits) {
    Map<String, Object> plan = new LinkedHashMap<>();
    plan.put("level", level());
    plan.put("network", settings.network());
    plan.put("read", absolute(settings.read()));
    plan.put("write", absolute(settings.write()));
    plan.put("hidden", absolute(hidden));
    plan.put("scratch", scratch.toString());
    plan.put("limits", limits.numbers());
    return JSON.writeValueAsBytes(plan);
  }

  private static List<String> absolute(List<Path> paths) {
    return paths.stream().map(path -> path.toAbsolutePath().normalize().toString()).toList();
  }
}
