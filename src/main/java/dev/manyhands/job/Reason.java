package dev.manyhands.job;

/// Why a job is in the state that it is in, where that does not speak for itself.
///
/// @param message for people: what happened, to which job
public record Reason(Kind kind, String message) {
  /// For programs.
  public enum Kind {
    /// Its deadline came.
    DEADLINE("deadline"),
    /// A job that it depends on did not succeed.
    DEPENDENCY("dependency"),
    /// The values that were to be its inputs are more, or larger, than a job may have.
    INPUTS("inputs"),
    /// It was paused while it receives, and goes on receiving.
    PAUSED("paused"),
    /// Its pool takes nothing at present.
    POOL("pool");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /// As the API and the store have it.
    public String word() {
      return word;
    }

    /// @throws IllegalArgumentException if there is no such word
    public static Kind of(String word) {
      for (Kind kind : values()) {
        if (kind.word.equals(word)) {
          return kind;
        }
      }
      throw new IllegalArgumentException("expected the word of a reason, got: " + word);
    }
  }
}
