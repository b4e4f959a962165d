package dev.manyhands.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.manyhands.job.JsonLines;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonPointer;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/// Tells the values at some places of inputs, as short texts that are equal if the values are: the
/// keys under which tasks share a limit. Reads each input as far as the value; builds no tree.
///
/// A string is its characters, any other value its JSON as it came, so `1` and `1.0` are two keys.
/// A value that is not there is the same key as `null`.
public final class KeyReader {
  /// Longer ones are cut and get a digest of the whole instead.
  private static final int MAX_CHARS = 100;

  private static final int KEPT_CHARS = 60;

  private static final String STRING = "\"";
  private static final String NOTHING = "null";

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Limits.MAX_NESTING)
                  .maxNumberLength(Limits.MAX_NUMBER_CHARS)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final List<JsonPointer> places;

  /// @param pointers RFC 6901
  public KeyReader(List<String> pointers) {
    places = pointers.stream().map(JsonPointer::compile).toList();
  }

  /// For each input its keys, one a pointer.
  public List<List<String>> read(JsonLines inputs) {
    List<List<String>> all = new ArrayList<>(inputs.count());
    List<String> last = List.of();
    byte[] bytes = inputs.bytes();
    int start = inputs.offset();
    for (int i = 0; i < inputs.count(); i++) {
      int end = start;
      while (bytes[end] != '\n') {
        end++;
      }
      List<String> keys = keys(bytes, start, end);
      last = keys.equals(last) ? last : keys;
      all.add(last);
      start = end + 1;
    }
    return all;
  }

  private List<String> keys(byte[] bytes, int start, int end) {
    List<String> keys = new ArrayList<>(places.size());
    for (JsonPointer place : places) {
      try (JsonParser parser =
          JSON.createParser(ObjectReadContext.empty(), bytes, start, end - start)) {
        parser.nextToken();
        keys.add(find(parser, place) ? key(parser, bytes, start) : NOTHING);
      }
    }
    return List.copyOf(keys);
  }

  /// Moves to the first token of the value; false if there is none.
  private static boolean find(JsonParser parser, JsonPointer place) {
    @Nullable JsonPointer rest = place;
    while (!rest.matches()) {
      rest =
          switch (parser.currentToken()) {
            case START_OBJECT -> member(parser, rest);
            case START_ARRAY -> element(parser, rest);
            case null, default -> null;
          };
      if (rest == null) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable JsonPointer member(JsonParser parser, JsonPointer rest) {
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      JsonPointer found = rest.matchProperty(parser.currentName());
      parser.nextToken();
      if (found != null) {
        return found;
      }
      parser.skipChildren();
    }
    return null;
  }

  private static @Nullable JsonPointer element(JsonParser parser, JsonPointer rest) {
    for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
      JsonPointer found = rest.matchElement(i);
      if (found != null) {
        return found;
      }
      parser.skipChildren();
    }
    return null;
  }

  private static String key(JsonParser parser, byte[] bytes, int start) {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      return STRING + cut(parser.getString());
    }
    int from = start + (int) parser.currentTokenLocation().getByteOffset();
    if (parser.currentToken().isStructStart()) {
      parser.skipChildren();
    } else {
      parser.finishToken();
    }
    int to = start + (int) parser.currentLocation().getByteOffset();
    return cut(new String(bytes, from, to - from, UTF_8).strip());
  }

  private static String cut(String text) {
    return text.length() <= MAX_CHARS ? text : text.substring(0, KEPT_CHARS) + "…" + digest(text);
  }

  private static String digest(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /// A key as people know the value.
  public static String shown(String key) {
    return key.startsWith(STRING) ? key.substring(STRING.length()) : key;
  }
}
