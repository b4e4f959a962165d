package dev.manyhands.pool;

import dev.manyhands.job.Function;
import dev.manyhands.job.Invalid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The Java functions that jobs may name: the given ones, and the ServiceLoader entries. Does not
/// change once made.
public final class Functions {
  private final Map<String, LineFunction<?>> byName = new TreeMap<>();

  /// The given functions and those that `META-INF/services/dev.manyhands.pool.TaskFunction` names.
  ///
  /// @throws IllegalStateException if a name is invalid or there twice; the message names the
  ///   classes
  public static Functions with(Collection<? extends TaskFunction<?, ?>> functions) {
    List<TaskFunction<?, ?>> all = new ArrayList<>(functions);
    for (TaskFunction<?, ?> entry : ServiceLoader.load(TaskFunction.class)) {
      all.add(entry);
    }
    return new Functions(all);
  }

  /// Only the given functions.
  Functions(Collection<? extends TaskFunction<?, ?>> functions) {
    functions.forEach(this::add);
  }

  private void add(TaskFunction<?, ?> function) {
    String type = function.getClass().getName();
    String name;
    try {
      name = new Function.Java(function.name()).name();
    } catch (Invalid e) {
      throw new IllegalStateException(
          "the function " + type + " has a name that no job can use: " + e.detail(), e);
    }
    LineFunction<?> twin = byName.putIfAbsent(name, new LineFunction<>(function));
    if (twin != null) {
      throw new IllegalStateException(
          "expected each function's name once, got "
              + name
              + " from "
              + twin.function().getClass().getName()
              + " and "
              + type);
    }
  }

  /// What the tasks of a function of any type do most of the time, as far as it is known here.
  TaskFunction.Nature nature(Function function) {
    return switch (function) {
      case Function.Java java ->
          find(java.name()).map(TaskFunction::nature).orElse(TaskFunction.Nature.COMPUTES);
      case Function.Http _ -> TaskFunction.Nature.WAITS;
      case Function.Python _, Function.PythonModule _, Function.Command _ ->
          TaskFunction.Nature.COMPUTES;
    };
  }

  /// The function of that name, if there is one.
  public Optional<TaskFunction<?, ?>> find(String name) {
    return Optional.ofNullable(byName.get(name)).map(LineFunction::function);
  }

  /// All functions, in order of name.
  public List<TaskFunction<?, ?>> all() {
    List<TaskFunction<?, ?>> all = new ArrayList<>(byName.size());
    byName.values().forEach(entry -> all.add(entry.function()));
    return all;
  }

  @Nullable LineFunction<?> onLines(String name) {
    return byName.get(name);
  }
}
