package dev.manyhands.json;

import dev.manyhands.job.Function;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads the field `function` of a job or of a task, noting every mistake.
final class FunctionReader {
  private static final List<String> TYPES = List.of("java", "python", "command", "http");

  private final Mistakes mistakes;

  FunctionReader(Mistakes mistakes) {
    this.mistakes = mistakes;
  }

  /// @param owner the object that has the field `function`
  /// @return none if it has mistakes, which are noted
  @Nullable Function read(Fields owner) {
    Fields fields = owner.object("function");
    if (fields == null) {
      if (!owner.has("function")) {
        owner.missing("function", "an object with type " + String.join(", ", TYPES));
      }
      return null;
    }
    return readFields(fields);
  }

  /// The same from the object itself.
  @Nullable Function readFields(Fields fields) {
    String type = fields.word("type", TYPES);
    if (type == null) {
      if (!fields.has("type")) {
        fields.missing("type", "one of " + String.join(", ", TYPES));
      }
      return null; // what else may stand there depends on the type
    }
    Function function =
        switch (type) {
          case "java" -> java(fields);
          case "python" -> python(fields);
          case "http" -> HttpJson.read(fields, mistakes);
          default -> command(fields);
        };
    fields.end();
    return function;
  }

  private @Nullable Function java(Fields fields) {
    String name = required(fields, "name");
    return name == null ? null : mistakes.orNote(() -> new Function.Java(name));
  }

  private @Nullable Function python(Fields fields) {
    String module = fields.text("module");
    if (module != null && fields.has("source")) {
      mistakes.add("/function/module", "expected source or module, got both");
    }
    String source = fields.has("module") ? fields.text("source") : required(fields, "source");
    String name = required(fields, "name");
    String setup = fields.text("setup");
    boolean spread = Objects.requireNonNullElse(fields.flag("spread"), false);
    if (module != null && name != null) {
      return mistakes.orNote(() -> new Function.PythonModule(module, name, setup, spread));
    }
    return source == null || name == null
        ? null
        : mistakes.orNote(() -> new Function.Python(source, name, setup, spread));
  }

  private @Nullable Function command(Fields fields) {
    List<String> argv = fields.texts("argv");
    if (argv == null && !fields.has("argv")) {
      fields.missing("argv", "an array of strings");
    }
    boolean json = "json".equals(fields.word("output", List.of("text", "json")));
    Function.Command.Output output =
        json ? Function.Command.Output.JSON : Function.Command.Output.TEXT;
    return argv == null ? null : mistakes.orNote(() -> new Function.Command(argv, output));
  }

  private @Nullable String required(Fields fields, String name) {
    if (!fields.has(name)) {
      fields.missing(name, "a string");
    }
    return fields.text(name);
  }
}
