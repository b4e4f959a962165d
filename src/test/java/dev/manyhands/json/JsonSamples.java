package dev.manyhands.json;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Makes JSON values of every kind, written in odd but valid ways, none of them with a line break.
final class JsonSamples {
  private static final List<String> SCALARS =
      List.of(
          "0",
          "-0",
          "7",
          "123456789012345678901234567890",
          "0.1000",
          "-1.5e-7",
          "1E400",
          "true",
          "false",
          "null",
          "\"\"",
          "\"a\"",
          "\"\\\"\\\\\\/\\b\\u00e9\\ud83d\"",
          "\"ä€😀\"");

  private JsonSamples() {}

  static List<String> values(Random random, int n) {
    List<String> values = new ArrayList<>(n);
    for (int i = 0; i < n; i++) {
      values.add(value(random, 4));
    }
    return values;
  }

  private static String value(Random random, int depth) {
    int kind = random.nextInt(depth > 0 ? 6 : 4);
    return switch (kind) {
      case 4 -> "[" + String.join(blank(random) + ",", members(random, depth, false)) + "]";
      case 5 -> "{" + blank(random) + String.join(",", members(random, depth, true)) + "}";
      case 3 -> "\"" + "añ€😀\\n".repeat(random.nextInt(50)) + "\"";
      default -> SCALARS.get(random.nextInt(SCALARS.size()));
    };
  }

  private static List<String> members(Random random, int depth, boolean named) {
    List<String> members = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      String name = named ? "\"k€" + i + "\"" + blank(random) + ":" : "";
      members.add(name + blank(random) + value(random, depth - 1));
    }
    return members;
  }

  private static String blank(Random random) {
    return " \t ".substring(0, random.nextInt(4));
  }
}
