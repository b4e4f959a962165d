package dev.manyhands.job;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A text with places for a task's input: `{}` stands for the whole input, `{/user/name}` for a
/// part of it by its JSON pointer (RFC 6901). Other braces stand for themselves.
public final class Template {
  private static final Pattern PLACE = Pattern.compile("\\{(|/[^{}]*)}");
  private static final Pattern BAD_ESCAPE = Pattern.compile("~(?![01])");

  /// Literal texts around the places: one more than there are places.
  private final List<String> literals = new ArrayList<>();

  private final List<String> pointers = new ArrayList<>();

  /// @throws IllegalArgumentException if a place is no JSON pointer
  public Template(String text) {
    Matcher place = PLACE.matcher(text);
    int from = 0;
    while (place.find()) {
      String pointer = place.group(1);
      if (BAD_ESCAPE.matcher(pointer).find()) {
        throw new IllegalArgumentException(
            "expected {} or a JSON pointer such as {/name}, got: " + Shown.of(place.group()));
      }
      literals.add(text.substring(from, place.start()));
      pointers.add(pointer);
      from = place.end();
    }
    literals.add(text.substring(from));
  }

  /// Whether it has places at all.
  public boolean isFilled() {
    return !pointers.isEmpty();
  }

  /// Whether it is one place and nothing else.
  public boolean isPlace() {
    return pointers.size() == 1 && literals.stream().allMatch(String::isEmpty);
  }

  /// Whether a place comes first.
  public boolean startsWithPlace() {
    return isFilled() && start().isEmpty();
  }

  /// What stands before the first place.
  public String start() {
    return literals.getFirst();
  }

  /// The pointer of the first place.
  public String firstPointer() {
    return pointers.getFirst();
  }

  /// The text with its places filled.
  ///
  /// @param filling by pointer; the empty one is the whole input
  public String fill(Function<String, String> filling) {
    return fill(filling, filling);
  }

  /// The same with a filling of its own for a place that comes before any other text.
  public String fill(Function<String, String> atStart, Function<String, String> later) {
    StringBuilder text = new StringBuilder(literals.getFirst());
    for (int i = 0; i < pointers.size(); i++) {
      Function<String, String> filling = text.isEmpty() ? atStart : later;
      text.append(filling.apply(pointers.get(i))).append(literals.get(i + 1));
    }
    return text.toString();
  }
}
