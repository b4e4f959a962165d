package dev.manyhands.json;

import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refusal.Mistake;
import dev.manyhands.job.Refused;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/// Says whether each of some lines is exactly one JSON value. Numbers and texts without escapes,
/// which most short lines are, are seen at a glance; whatever else is read by a parser, one for all
/// neighbouring lines of that kind, since a parser a line would cost more than the reading.
final class LineCheck {
  private final JsonFactory json;

  LineCheck(JsonFactory json) {
    this.json = json;
  }

  /// Whether the line is a number or a text without escapes and nothing else. The bytes are UTF-8.
  static boolean isPlain(byte[] bytes, int from, int to) {
    return from < to
        && (bytes[from] == '"' ? isPlainText(bytes, from, to) : isNumber(bytes, from, to));
  }

  private static boolean isPlainText(byte[] bytes, int from, int to) {
    int i = from + 1;
    while (i < to && bytes[i] != '"' && bytes[i] != '\\' && (bytes[i] & 0xFF) >= ' ') {
      i++;
    }
    return i == to - 1 && bytes[i] == '"';
  }

  private static boolean isNumber(byte[] bytes, int from, int to) {
    if (to - from > Limits.MAX_NUMBER_CHARS) {
      return false; // the parser says what is wrong
    }
    int start = bytes[from] == '-' ? from + 1 : from;
    int i = digits(bytes, start, to);
    if (i == start || bytes[start] == '0' && i > start + 1) {
      return false;
    }
    if (i < to && bytes[i] == '.') {
      int fraction = i + 1;
      i = digits(bytes, fraction, to);
      if (i == fraction) {
        return false;
      }
    }
    if (i < to && (bytes[i] | 0x20) == 'e') {
      i++;
      int exponent = i < to && (bytes[i] == '+' || bytes[i] == '-') ? i + 1 : i;
      i = digits(bytes, exponent, to);
      if (i == exponent) {
        return false;
      }
    }
    return i == to;
  }

  /// Where the digits from `from` on end.
  private static int digits(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && bytes[i] >= '0' && bytes[i] <= '9') {
      i++;
    }
    return i;
  }

  /// Whether each of the lines is one value; none of them is blank.
  ///
  /// @param to behind the LF of the last line
  boolean areValues(byte[] bytes, int from, int to) {
    if (LineBytes.isMarked(bytes, from)) {
      return false; // the parser would pass over it
    }
    try (JsonParser parser = parser(bytes, from, to)) {
      for (int at = from; at < to; ) {
        int end = lineEnd(bytes, at);
        JsonToken token = parser.nextToken();
        if (token == null || from + parser.currentTokenLocation().getByteOffset() < at) {
          return false; // a line has too little or too much
        }
        if (token.isStructStart()) {
          parser.skipChildren();
          if (from + parser.currentLocation().getByteOffset() > end) {
            return false; // the value goes on beyond its line
          }
        } else {
          parser.finishToken();
        }
        at = end + 1;
      }
      return parser.nextToken() == null;
    } catch (JacksonException notJson) {
      return false;
    }
  }

  /// Why one line is refused that is not one value.
  ///
  /// @param to where its LF is
  /// @param number of the line, counted from 1
  Refused refusal(byte[] bytes, int from, int to, long number) {
    if (LineBytes.isMarked(bytes, from)) {
      return malformed(number, "expected no byte order mark");
    }
    try (JsonParser parser = parser(bytes, from, to)) {
      JsonToken token = parser.nextToken();
      if (token != null && token.isStructStart()) {
        parser.skipChildren();
      } else if (token != null) {
        parser.finishToken();
      }
      return malformed(
          number,
          token != null && parser.nextToken() != null
              ? "expected one JSON value a line, got more"
              : "expected a whole JSON value on one line, got a part of one");
    } catch (StreamConstraintsException beyond) {
      return Beyond.limit(beyond, "", "line " + number)
          .orElseGet(() -> malformed(number, String.valueOf(beyond.getOriginalMessage())));
    } catch (JacksonException notJson) {
      return malformed(number, withoutLine(Complaint.of(notJson)));
    }
  }

  /// A line that is not what it has to be.
  static Refused malformed(long number, String said) {
    String detail = "line " + number + ": " + said;
    return new Refused(new Refusal.Malformed(detail, List.of(new Mistake("", detail))));
  }

  /// What is wrong with the document that one line is, which knows only its own lines; a refusal
  /// that is not about it stays as it is.
  static Refused atLine(long number, Refused refused) {
    if (refused.refusal() instanceof Refusal.Malformed malformed) {
      return malformed(number, withoutLine(malformed.detail()));
    }
    if (refused.refusal() instanceof Refusal.InvalidBody invalid) {
      String detail = "line " + number + ": " + invalid.detail();
      return new Refused(new Refusal.InvalidBody(detail, invalid.mistakes()));
    }
    return refused;
  }

  private static String withoutLine(String said) {
    return said.replace("(line 1, column ", "(column ");
  }

  private JsonParser parser(byte[] bytes, int from, int to) {
    return json.createParser(ObjectReadContext.empty(), bytes, from, to - from);
  }

  private static int lineEnd(byte[] bytes, int from) {
    int i = from;
    while (bytes[i] != '\n') {
      i++;
    }
    return i;
  }
}
