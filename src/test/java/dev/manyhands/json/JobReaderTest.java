package dev.manyhands.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.manyhands.job.Function;
import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Work;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JobReaderTest {
  private static final String FUNCTION = "\"function\":{\"type\":\"java\",\"name\":\"identity\"}";

  private final List<InputBlock> blocks = new ArrayList<>();

  @Test
  void inputsStayAsTheyCameToTheByte() throws IOException {
    List<String> inputs =
        List.of(
            "9007199254740993",
            "9223372036854775808",
            "0.1000",
            "1e400",
            "1e999999999",
            "-0",
            "1E+2",
            "\"\\ud800\"",
            "\"\\u0041\\/\\n\"",
            "\"größe 😀 \u2028\"",
            "\"\"",
            "true",
            "null",
            "[]",
            "{}",
            "{ \"b\" : [1 ,\t2.50], \"a\":{\"\\u0061\": null} }");

    Posted posted = read("{" + FUNCTION + ",\"inputs\":[" + String.join(",", inputs) + "]}");

    assertThat(posted.inputs()).isEqualTo(inputs.size());
    assertThat(lines()).isEqualTo(inputs);
  }

  @Test
  void inputsMayComeBeforeTheRestAndAmongBlanks() throws IOException {
    Posted posted =
        read(
            "\r\n{ \"inputs\" : [\n 1 ,\t2\n]\n ,\"pool\" : \"threads\", \n" + FUNCTION + " }\n\n");

    assertThat(lines()).containsExactly("1", "2");
    assertThat(posted.asked().spec().work()).isEqualTo(Work.of(new Function.Java("identity")));
    assertThat(posted.asked().spec().placement().pool()).isEqualTo("threads");
  }

  @Test
  void lineBreaksBetweenTokensOfAnInputBecomeSpaces() throws IOException {
    read("{" + FUNCTION + ",\"inputs\":[{\"a\":\r\n [1,\n2]\n},\n\"\\n\"]}");

    assertThat(lines()).containsExactly("{\"a\":   [1, 2] }", "\"\\n\"");
  }

  @Test
  void theSameComesOutHoweverTheBytesArrive() throws IOException {
    Random random = new Random(20_261_123);
    for (int round = 0; round < 300; round++) {
      List<String> inputs = JsonSamples.values(random, 1 + random.nextInt(60));
      String json =
          random.nextBoolean()
              ? "{" + FUNCTION + ", \"inputs\":" + inputs + "}"
              : "{\"inputs\":" + inputs + "," + FUNCTION + "}";
      blocks.clear();

      new JobReader(Limits.DEFAULT).read(trickle(json.getBytes(UTF_8), random), blocks::add);

      assertThat(lines()).as("round %d", round).isEqualTo(inputs);
    }
  }

  @Test
  void blocksAreFullAndNumberedThrough() throws IOException {
    StringBuilder json = new StringBuilder("{" + FUNCTION + ",\"inputs\":[0");
    for (int i = 1; i < 200_000; i++) {
      json.append(',').append(i);
    }

    Posted posted = read(json.append("]}").toString());

    assertThat(posted.inputs()).isEqualTo(200_000);
    int next = 0;
    for (InputBlock block : blocks) {
      assertThat(block.first()).isEqualTo(next);
      assertThat(block.inputs().toString()).startsWith(next + "\n");
      next += block.count();
    }
    assertThat(next).isEqualTo(200_000);
    assertThat(blocks.subList(0, blocks.size() - 1))
        .allSatisfy(block ->
            assertThat(block.inputs().length())
                .isBetween(InputBlock.TARGET_BYTES, InputBlock.TARGET_BYTES + 10));
  }

  @Test
  void aLongInputMakesALongBlock() throws IOException {
    String text = "\"" + "x".repeat(3_000_000) + "\"";

    read("{\"inputs\":[1," + text + ",2]," + FUNCTION + "}");

    assertThat(lines()).containsExactly("1", text, "2");
    assertThat(blocks).hasSize(2);
  }

  @Test
  void blocksAreHandedOnWhileTheBodyIsStillOnItsWay() {
    byte[] head = ("{\"inputs\":[" + "1,".repeat(200_000)).getBytes(UTF_8);
    InputStream lost =
        new FilterInputStream(InputStream.nullInputStream()) {
          @Override
          public int read(byte[] to, int offset, int length) throws IOException {
            throw new IOException("connection reset");
          }
        };

    assertThatThrownBy(() ->
            new JobReader(Limits.DEFAULT)
                .read(new SequenceInputStream(new ByteArrayInputStream(head), lost), blocks::add))
        .isInstanceOf(IOException.class)
        .hasMessage("connection reset");

    assertThat(blocks).hasSize(1);
  }

  private Posted read(String json) throws IOException {
    return new JobReader(Limits.DEFAULT)
        .read(new ByteArrayInputStream(json.getBytes(UTF_8)), blocks::add);
  }

  private List<String> lines() {
    StringBuilder all = new StringBuilder();
    blocks.forEach(block -> all.append(block.inputs()));
    return all.toString().lines().toList();
  }

  /// The bytes in reads of 1 to 40.
  private static InputStream trickle(byte[] bytes, Random random) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] to, int offset, int length) {
        return super.read(to, offset, Math.min(length, 1 + random.nextInt(40)));
      }
    };
  }
}
