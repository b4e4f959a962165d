package dev.manyhands.security;

import dev.manyhands.job.Function;
import dev.manyhands.job.FunctionKind;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The kinds of functions that the operator lets this service run. Does not change once made.
public final class AllowedKinds {
  /// Every kind, as on an address of this machine without a setting.
  public static final AllowedKinds ALL = new AllowedKinds(EnumSet.allOf(FunctionKind.class));

  static final String SETTING = "manyhands.functions.allowed";

  private final Set<FunctionKind> kinds;

  private AllowedKinds(Set<FunctionKind> kinds) {
    this.kinds = kinds;
  }

  /// Those kinds only; all if none is named.
  ///
  /// @param words of `function.type`
  static AllowedKinds of(Collection<String> words) {
    if (words.isEmpty()) {
      return ALL;
    }
    EnumSet<FunctionKind> kinds = EnumSet.noneOf(FunctionKind.class);
    for (FunctionKind kind : FunctionKind.values()) {
      if (words.contains(kind.word())) {
        kinds.add(kind);
      }
    }
    return new AllowedKinds(kinds);
  }

  public boolean allows(FunctionKind kind) {
    return kinds.contains(kind);
  }

  /// Why the function may not run here, for people; empty if it may.
  public Optional<String> refusal(Function function) {
    FunctionKind kind = FunctionKind.of(function);
    return allows(kind)
        ? Optional.empty()
        : Optional.of(
            "expected a function of a kind that "
                + SETTING
                + " names ("
                + words(kinds)
                + "), got: "
                + kind.word());
  }

  static String words() {
    return words(Arrays.asList(FunctionKind.values()));
  }

  private static String words(Collection<FunctionKind> kinds) {
    return kinds.stream().map(FunctionKind::word).collect(Collectors.joining(", "));
  }
}
