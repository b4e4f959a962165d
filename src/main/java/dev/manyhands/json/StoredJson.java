package dev.manyhands.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Lists of records as the store keeps them: one JSON array, written and read by this service only.
final class StoredJson {
  /// What a task says about itself is bounded before it is stored; what was stored is read back
  /// whatever its length.
  static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
                  .build())
          .build();

  private StoredJson() {}

  static <T> byte[] write(List<T> list, BiConsumer<JsonGenerator, T> writeOne) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = MAPPER.createGenerator(bytes)) {
      json.writeStartArray();
      list.forEach(one -> writeOne.accept(json, one));
      json.writeEndArray();
    }
    return bytes.toByteArray();
  }

  /// @throws IllegalArgumentException if these are not the bytes of [#write]
  static <T> List<T> read(byte[] bytes, Function<JsonNode, T> readOne) {
    try {
      List<T> list = new ArrayList<>();
      MAPPER.readTree(bytes).forEach(node -> list.add(readOne.apply(node)));
      return list;
    } catch (JacksonException notOurs) {
      throw new IllegalArgumentException("stored JSON cannot be read", notOurs);
    }
  }

  /// The text, in which half a surrogate pair, which UTF-8 cannot express, is a `?`: what a task
  /// says must not be able to make its own result impossible to store.
  static String wellFormed(String text) {
    return UTF_8.newEncoder().canEncode(text) ? text : new String(text.getBytes(UTF_8), UTF_8);
  }
}
