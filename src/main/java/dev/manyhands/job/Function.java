package dev.manyhands.job;

import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What is run on each input of a job.
public sealed interface Function {
  /// The most bytes of UTF-8 that a function's source may have.
  int MAX_SOURCE_CHARS = 1 << 20;

  /// The most elements of an argv, and the most characters of one of them (Linux takes 128 KiB).
  int MAX_ARGV = 1024;

  int MAX_ARGUMENT_CHARS = 100_000;

  /// The word of `function.type`: `java`, `python`, `command` or `http`.
  String type();

  /// A short name for people and for lists: `java:square`, `python:square`, `command:convert`,
  /// `http:api.example.com`.
  String label();

  /// A function that the operator installed in the service.
  ///
  /// @param name as `GET /v1/functions` lists it
  record Java(String name) implements Function {
    public Java {
      Rules.word("/function/name", name);
    }

    @Override
    public String type() {
      return "java";
    }

    @Override
    public String label() {
      return "java:" + name;
    }
  }

  /// Python source with the name of a function in it. The service never reads the source; a worker
  /// does.
  ///
  /// @param source run once in each worker, at most 1 MiB
  /// @param name called with each input
  /// @param setup a function of the source, called without arguments once in each worker, after the
  ///   source ran
  /// @param spread whether each input is an array of positional arguments (`starmap`)
  record Python(String source, String name, @Nullable String setup, boolean spread)
      implements Function {
    public Python {
      Rules.text("/function/source", source, MAX_SOURCE_CHARS);
      Rules.pythonName("/function/name", name);
      if (setup != null) {
        Rules.pythonName("/function/setup", setup);
      }
    }

    @Override
    public String type() {
      return "python";
    }

    @Override
    public String label() {
      return "python:" + name;
    }
  }

  /// A function of a Python module that the operator put on the path of the service.
  ///
  /// @param module its dotted name, imported once in each worker
  /// @param name called with each input
  /// @param setup a function of the module, called without arguments once in each worker
  /// @param spread whether each input is an array of positional arguments (`starmap`)
  record PythonModule(String module, String name, @Nullable String setup, boolean spread)
      implements Function {
    public PythonModule {
      Rules.pythonModule("/function/module", module);
      Rules.pythonName("/function/name", name);
      if (setup != null) {
        Rules.pythonName("/function/setup", setup);
      }
    }

    @Override
    public String type() {
      return "python";
    }

    @Override
    public String label() {
      return "python:" + module + "." + name;
    }
  }

  /// A program, started once a task without a shell.
  ///
  /// `{}` within an element stands for the input: a string's characters, any other value's JSON
  /// text. Without a `{}` the input's JSON text goes to standard input.
  ///
  /// @param argv program and arguments
  /// @param output whether stdout is the value as a string (`text`) or is JSON itself (`json`)
  record Command(List<String> argv, Output output) implements Function {
    public Command {
      argv = List.copyOf(argv);
      if (argv.isEmpty() || argv.size() > MAX_ARGV) {
        throw new Invalid(
            "/function/argv", "expected 1 to " + MAX_ARGV + " strings, got " + argv.size());
      }
      for (int i = 0; i < argv.size(); i++) {
        Rules.argument("/function/argv/" + i, argv.get(i), MAX_ARGUMENT_CHARS);
      }
      if (argv.getFirst().isEmpty() || argv.getFirst().contains("{}")) {
        throw new Invalid(
            "/function/argv/0", "expected a program without {}, got: " + Shown.of(argv.getFirst()));
      }
    }

    /// How stdout becomes the value.
    public enum Output {
      TEXT,
      JSON
    }

    @Override
    public String type() {
      return "command";
    }

    @Override
    public String label() {
      String program = argv.getFirst();
      return "command:" + Shown.of(program.substring(program.lastIndexOf('/') + 1));
    }
  }

  /// An HTTP request, sent once a task. Its url, the values of its headers and its body are
  /// templates ([Template]).
  ///
  /// @param method in capitals
  /// @param url what fills a place is percent-encoded, save for a place at the very start
  /// @param headers by name
  /// @param failOn first digits of the statuses with which a task fails: 3, 4, 5
  record Http(
      String method,
      String url,
      Map<String, String> headers,
      @Nullable HttpBody body,
      Set<Integer> failOn)
      implements Function {
    public static final List<String> METHODS =
        List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    public Http {
      headers = Collections.unmodifiableMap(new TreeMap<>(headers));
      failOn = Collections.unmodifiableSet(new TreeSet<>(failOn));
      HttpRules.check(method, url, headers, body);
    }

    @Override
    public String type() {
      return "http";
    }

    @Override
    public String label() {
      return "http:" + HttpRules.fixedUrl(url).map(URI::getHost).orElse(method);
    }
  }
}
