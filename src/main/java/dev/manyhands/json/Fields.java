package dev.manyhands.json;

import dev.manyhands.job.JobId;
import dev.manyhands.job.Shown;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The fields of one JSON object, taken out one by one and by type. A field of another type is
/// noted as a mistake and read as absent, so that one pass finds all; what nobody asked for is
/// noted by [#end]. How a value is read as a type, [Member] knows.
final class Fields {
  private final JsonNode object;
  private final String at;
  private final Mistakes mistakes;
  private final Set<String> known = new LinkedHashSet<>();

  /// @param at the object's own pointer
  Fields(JsonNode object, String at, Mistakes mistakes) {
    this.object = object;
    this.at = at;
    this.mistakes = mistakes;
  }

  @Nullable String text(String name) {
    Member member = take(name);
    return member == null ? null : member.text();
  }

  /// Whatever stands there; JSON's null too is something.
  @Nullable JsonNode any(String name) {
    Member member = take(name);
    return member == null ? null : member.value();
  }

  @Nullable Integer integer(String name) {
    Member member = take(name);
    return member == null ? null : member.integer();
  }

  @Nullable Boolean flag(String name) {
    Member member = take(name);
    return member == null ? null : member.flag();
  }

  @Nullable Duration duration(String name) {
    Member member = take(name);
    return member == null ? null : member.duration();
  }

  @Nullable Instant time(String name) {
    Member member = take(name);
    return member == null ? null : member.time();
  }

  @Nullable JobId jobId(String name) {
    Member member = take(name);
    return member == null ? null : member.jobId();
  }

  /// One of a closed set of words.
  @Nullable String word(String name, Collection<String> words) {
    Member member = take(name);
    return member == null ? null : member.word(words);
  }

  /// An array of some of a closed set of words.
  @Nullable List<String> words(String name, Collection<String> words) {
    List<String> texts = texts(name);
    Member member = take(name);
    if (texts == null || member == null) {
      return null;
    }
    for (int i = 0; i < texts.size(); i++) {
      if (member.element(i).word(words) == null) {
        return null;
      }
    }
    return texts;
  }

  @Nullable List<String> texts(String name) {
    Member member = take(name);
    return member == null ? null : member.array("an array of strings", Member::text);
  }

  @Nullable List<Integer> integers(String name) {
    Member member = take(name);
    return member == null ? null : member.array("an array of whole numbers", Member::integer);
  }

  /// An array of job ids.
  @Nullable List<JobId> jobIds(String name) {
    List<String> texts = texts(name);
    Member member = take(name);
    return texts == null || member == null
        ? null
        : member.array("an array of strings", Member::jobId);
  }

  /// What `read` makes of each member of an array of objects, without those that it made nothing
  /// of; a pointer of [Invalid] that it throws starts at the member.
  <T> List<T> objects(String name, Function<Fields, @Nullable T> read) {
    Member array = take(name);
    List<T> list = new ArrayList<>();
    if (array != null && !array.value().isArray()) {
      array.expected("an array of objects");
    } else if (array != null) {
      for (int i = 0; i < array.value().size(); i++) {
        Member member = array.element(i);
        Fields fields = member.object();
        if (fields != null) {
          T made = mistakes.orNote(member.at(), () -> read.apply(fields));
          if (made != null) {
            list.add(made);
          }
        }
      }
    }
    return list;
  }

  Map<String, String> textsByName(String name) {
    Member member = take(name);
    Map<String, String> texts = new TreeMap<>();
    if (member != null && !member.value().isObject()) {
      member.expected("an object of strings");
    } else if (member != null) {
      member
          .value()
          .propertyNames()
          .forEach(key -> {
            String text = member.member(key).text();
            if (text != null) {
              texts.put(key, text);
            }
          });
    }
    return texts;
  }

  @Nullable Fields object(String name) {
    Member member = take(name);
    return member == null ? null : member.object();
  }

  boolean has(String name) {
    return object.has(name);
  }

  /// Notes a field that has to be there and is not.
  void missing(String name, String expected) {
    mistakes.add(pointer(name), "expected " + expected + ", got nothing");
  }

  /// Notes every field that was not asked for.
  ///
  /// @param elsewhere names that are read by others, worth guessing
  void end(String... elsewhere) {
    Set<String> guesses = new HashSet<>(known);
    guesses.addAll(List.of(elsewhere));
    object.forEachEntry((name, value) -> {
      if (!known.contains(name)) {
        String guess =
            Nearest.to(name, guesses)
                .filter(near -> !near.equals(name))
                .map(near -> "; did you mean " + near + "?")
                .orElse("");
        mistakes.add(pointer(name), "unknown field " + Shown.of(name) + guess);
      }
    });
  }

  private @Nullable Member take(String name) {
    known.add(name);
    JsonNode value = object.get(name);
    return value == null ? null : new Member(pointer(name), value, mistakes);
  }

  private String pointer(String name) {
    return Mistakes.pointer(at, name);
  }
}
