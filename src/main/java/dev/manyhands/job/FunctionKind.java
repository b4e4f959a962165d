package dev.manyhands.job;

import java.util.Locale;

/// The kinds of functions, by the word of `function.type`.
public enum FunctionKind {
  /// Installed in the service by its operator.
  JAVA,
  /// Source that a client sends, or a module that the operator put on the path.
  PYTHON,
  /// Any program of the machine.
  COMMAND,
  /// A request from the service's place in the network.
  HTTP;

  public static FunctionKind of(Function function) {
    return switch (function) {
      case Function.Java _ -> JAVA;
      case Function.Python _, Function.PythonModule _ -> PYTHON;
      case Function.Command _ -> COMMAND;
      case Function.Http _ -> HTTP;
    };
  }

  /// The word of the API and the settings, such as `python`.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
