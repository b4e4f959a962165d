package dev.manyhands.cluster;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The body of a message: a byte with its version, a JSON object, and bytes that nobody on the way
/// reads, each part after its length.
///
/// Messages of all versions begin with that byte and that object, and some words of it mean the
/// same in all of them: the `token` and `owner` of a chunk, the `token` and `kind` `unread` of an
/// answer, the `type` `dead` of an event with its `token` and `mayHaveRun`. So nodes of any two
/// versions can tell each other that they do not understand each other.
///
/// What comes from a broker may be anybody's: whatever is no such body is refused by an
/// [IllegalArgumentException].
record Parts(JsonNode head, List<byte[]> rest) {
  /// Of this node's messages. Whoever changes it gives the queues of [Names] other names too, so
  /// that nodes of both versions, side by side in a rolling update, never share a queue.
  static final byte VERSION = 1;

  /// No version has such a number: another program's message.
  private static final int MAX_VERSION = 31;

  private static final JsonMapper JSON = JsonMapper.shared();

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  static byte[] write(ObjectNode head, byte[]... rest) {
    byte[] first = JSON.writeValueAsBytes(head);
    int length = 1 + 4 + first.length;
    for (byte[] part : rest) {
      length = Math.addExact(length, 4 + part.length);
    }
    ByteBuffer to = ByteBuffer.allocate(length).put(VERSION).putInt(first.length).put(first);
    for (byte[] part : rest) {
      to.putInt(part.length).put(part);
    }
    return to.array();
  }

  /// @param parts expected beside the head
  static Parts read(byte[] body, int parts) {
    ByteBuffer from = ByteBuffer.wrap(body);
    int version = from.hasRemaining() ? from.get() : 0;
    if (version != VERSION) {
      throw version > 0 && version <= MAX_VERSION
          ? new OtherVersion(version, anyHead(from))
          : new IllegalArgumentException("expected a message of version " + VERSION);
    }
    byte[] first = next(from);
    List<byte[]> rest = new ArrayList<>(parts);
    for (int i = 0; i < parts; i++) {
      rest.add(next(from));
    }
    if (from.hasRemaining()) {
      throw new IllegalArgumentException("bytes after the end: " + from.remaining());
    }
    try {
      return new Parts(JSON.readTree(first), rest);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("expected a JSON object", e);
    }
  }

  private static @Nullable JsonNode anyHead(ByteBuffer from) {
    try {
      return JSON.readTree(next(from));
    } catch (IllegalArgumentException | JacksonException e) {
      return null; // of whatever it is, nothing is known
    }
  }

  private static byte[] next(ByteBuffer from) {
    int length = from.remaining() < 4 ? -1 : from.getInt();
    if (length < 0 || length > from.remaining()) {
      throw new IllegalArgumentException("a part is cut off, or has no length: " + length);
    }
    byte[] part = new byte[length];
    from.get(part);
    return part;
  }

  String text(String name) {
    return of(name).asString();
  }

  int number(String name) {
    JsonNode value = of(name);
    if (!value.isInt()) {
      throw new IllegalArgumentException("expected a whole number " + name);
    }
    return value.intValue();
  }

  boolean has(String name) {
    return head.has(name);
  }

  boolean flag(String name) {
    return of(name).booleanValue(false);
  }

  private JsonNode of(String name) {
    JsonNode value = head.get(name);
    if (value == null || value.isContainer() || value.isNull()) {
      throw new IllegalArgumentException("expected a value " + name);
    }
    return value;
  }
}
