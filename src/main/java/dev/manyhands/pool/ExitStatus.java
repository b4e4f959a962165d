package dev.manyhands.pool;

import dev.manyhands.job.TaskError.Exit;
import org.jspecify.annotations.Nullable;

/// How processes end, in words.
final class ExitStatus {
  private static final int SIGNAL_OFFSET = 128;
  private static final int KILL = 9;

  /// Linux on x86 and ARM; the few that end processes are the same on macOS.
  private static final String[] SIGNALS = {
    "",
    "SIGHUP",
    "SIGINT",
    "SIGQUIT",
    "SIGILL",
    "SIGTRAP",
    "SIGABRT",
    "SIGBUS",
    "SIGFPE",
    "SIGKILL",
    "SIGUSR1",
    "SIGSEGV",
    "SIGUSR2",
    "SIGPIPE",
    "SIGALRM",
    "SIGTERM",
    "SIGSTKFLT",
    "SIGCHLD",
    "SIGCONT",
    "SIGSTOP",
    "SIGTSTP",
    "SIGTTIN",
    "SIGTTOU",
    "SIGURG",
    "SIGXCPU",
    "SIGXFSZ",
    "SIGVTALRM",
    "SIGPROF",
    "SIGWINCH",
    "SIGIO",
    "SIGPWR",
    "SIGSYS"
  };

  private ExitStatus() {}

  /// The end of a process as Java reports it: a signal adds 128 to its number, as in a shell. That
  /// a process exits with such a code by itself cannot be told apart, and is rare.
  ///
  /// @param peakMemoryBytes none where nobody knows
  static Exit ofJava(int value, @Nullable Long peakMemoryBytes, String stderr) {
    int signal = value - SIGNAL_OFFSET;
    return signal > 0 && signal < SIGNALS.length
        ? of(-1, signal, peakMemoryBytes, stderr)
        : of(value, 0, peakMemoryBytes, stderr);
  }

  /// @param signal its number, or 0 if the process exited
  static Exit of(int code, int signal, @Nullable Long peakMemoryBytes, String stderr) {
    return signal == 0
        ? new Exit(code, null, peakMemoryBytes, stderr)
        : new Exit(null, name(signal), peakMemoryBytes, stderr);
  }

  /// Whether SIGKILL ended it, or the last program of a shell, which says so by its code.
  static boolean isKilled(Exit exit) {
    return SIGNALS[KILL].equals(exit.signal())
        || exit.code() != null && exit.code() == SIGNAL_OFFSET + KILL;
  }

  /// `exited with code 3` or `was ended by SIGKILL`.
  static String inWords(Exit exit) {
    return exit.signal() == null
        ? "exited with code " + exit.code()
        : "was ended by " + exit.signal();
  }

  private static String name(int signal) {
    return signal > 0 && signal < SIGNALS.length ? SIGNALS[signal] : "signal " + signal;
  }
}
