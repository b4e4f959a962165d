package dev.manyhands.json;

import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;

/// Reads a posted job as a stream: checks the JSON strictly, cuts the inputs out as the bytes that
/// came, and reads the rest as the job's spec. Holds one block and one input at a time, however
/// long the body is.
public final class JobReader {
  /// The body's own object and the array of inputs.
  static final int LEVELS_ABOVE_INPUTS = 2;

  private final Limits limits;
  private final JsonFactory json;

  public JobReader(Limits limits) {
    this.limits = limits;
    this.json = factory(limits, LEVELS_ABOVE_INPUTS);
  }

  /// Parsers that are as strict as the service is.
  ///
  /// @param above levels of nesting around an input
  static JsonFactory factory(Limits limits, int above) {
    return JsonFactory.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(Limits.MAX_NESTING + above)
                .maxNumberLength(Limits.MAX_NUMBER_CHARS)
                .maxStringLength(limits.maxInput())
                .maxNameLength(limits.maxInput())
                .build())
        .build();
  }

  /// Reads to the end of the body; does not close it.
  ///
  /// @param blocks takes each block in order while the rest is still on its way: whoever throws
  ///   there ends the reading
  /// @throws Refused if the body is malformed, invalid or too large; blocks may have been handed on
  ///   before
  /// @throws IOException if the body cannot be read to its end
  public Posted read(InputStream body, Consumer<InputBlock> blocks) throws IOException {
    BodyBytes bytes = new BodyBytes(body, limits);
    try (JsonParser parser = open(bytes)) {
      return new JobBody(limits, bytes, parser, blocks).read();
    }
  }

  /// Reads a document of inputs alone, `{"inputs": [...]}`, to the end of the body.
  ///
  /// @throws Refused if it is malformed, invalid or too large
  public List<InputBlock> readInputs(InputStream body) throws IOException {
    Limits whole =
        new Limits(
            Math.min(limits.maxBody(), Limits.MAX_ADDED), limits.maxInput(), limits.maxInputs());
    List<InputBlock> blocks = new ArrayList<>();
    BodyBytes bytes = new BodyBytes(body, whole);
    try (JsonParser parser = open(bytes)) {
      new JobBody(whole, bytes, parser, blocks::add).readInputsAlone();
    }
    return blocks;
  }

  /// The parser reads the first bytes at once.
  private JsonParser open(BodyBytes bytes) throws IOException {
    try {
      return json.createParser(ObjectReadContext.empty(), bytes);
    } catch (JacksonIOException broken) {
      throw broken.getCause();
    }
  }
}
