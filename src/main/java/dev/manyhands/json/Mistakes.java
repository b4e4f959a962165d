package dev.manyhands.json;

import dev.manyhands.job.Invalid;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refusal.Mistake;
import dev.manyhands.job.Refused;
import dev.manyhands.job.Shown;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What is wrong with one document, collected so that a client hears of everything at once.
final class Mistakes {
  /// More than this are not listed: a document of unknown fields only must not make a long answer.
  private static final int MAX = 20;

  private final List<Mistake> found = new ArrayList<>();
  private int count;

  void add(String pointer, String detail) {
    if (count++ < MAX) {
      found.add(new Mistake(pointer, detail));
    }
  }

  /// What `make` returns, or none after noting the rule that it broke.
  <T> @Nullable T orNote(Supplier<@Nullable T> make) {
    return orNote("", make);
  }

  /// The same for a part of the document whose rules name places in it only.
  ///
  /// @param at the part's pointer
  <T> @Nullable T orNote(String at, Supplier<@Nullable T> make) {
    try {
      return make.get();
    } catch (Invalid broken) {
      add(at + broken.pointer(), broken.detail());
      return null;
    }
  }

  /// Those of a part of the document.
  ///
  /// @param at the part's pointer
  void addAll(String at, Mistakes others) {
    others.found.forEach(mistake -> add(at + mistake.pointer(), mistake.detail()));
  }

  boolean isEmpty() {
    return count == 0;
  }

  Refused refused() {
    String detail =
        count == 1
            ? "the body has a mistake: " + found.getFirst().detail()
            : "the body has " + count + " mistakes";
    return new Refused(new Refusal.InvalidBody(detail, List.copyOf(found)));
  }

  /// The pointer of a member of the object or array at `parent` (RFC 6901).
  static String pointer(String parent, String name) {
    return parent + "/" + Shown.of(name).replace("~", "~0").replace("/", "~1");
  }
}
