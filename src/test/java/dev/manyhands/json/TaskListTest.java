package dev.manyhands.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.manyhands.job.Function;
import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.job.Work;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskListTest {
  private static final String SQUARE = "{\"type\":\"java\",\"name\":\"square\"}";
  private static final String SAME = "{ \"name\":\"square\", \"type\":\"java\" }";
  private static final String SLEEP = "{\"type\":\"java\",\"name\":\"sleep\"}";

  private final List<InputBlock> blocks = new ArrayList<>();

  private Posted read(String body) throws IOException {
    return new JobReader(Limits.DEFAULT)
        .read(new ByteArrayInputStream(body.getBytes(UTF_8)), blocks::add);
  }

  private static String ids(InputBlock block) {
    return Objects.requireNonNull(block.customIds()).toString();
  }

  private static String task(String function, String input) {
    return "{\"function\":" + function + ",\"input\":" + input + "}";
  }

  @Test
  void aBlockEndsWhereTheFunctionChanges() throws IOException {
    Posted posted =
        read(
            "{\"tasks\":["
                + String.join(
                    ",",
                    task(SQUARE, "1"),
                    task(SAME, "{\"a\":\n2}"),
                    task(SLEEP, "3"),
                    task(SQUARE, "4"))
                + "],\"pool\":\"threads\"}");

    assertThat(posted.inputs()).isEqualTo(4);
    assertThat(posted.asked().spec().work().functions())
        .containsExactly(new Function.Java("square"), new Function.Java("sleep"));
    assertThat(posted.asked().spec().work().named()).isFalse();
    assertThat(blocks).extracting(InputBlock::first).containsExactly(0, 2, 3);
    assertThat(blocks).extracting(InputBlock::function).containsExactly(0, 1, 0);
    assertThat(blocks.getFirst().inputs().toString()).isEqualTo("1\n{\"a\": 2}\n");
  }

  @Test
  void theJobsFunctionIsOfThoseThatNameNoneWhereverItStands() throws IOException {
    Posted posted =
        read(
            "{\"tasks\":[{\"customId\":\"a\\\"\\u00e4\",\"input\":1},{\"input\":null},"
                + task(SLEEP, "3")
                + "],\"function\":"
                + SQUARE
                + "}");

    Work work = posted.asked().spec().work();
    assertThat(work.functions())
        .containsExactly(new Function.Java("square"), new Function.Java("sleep"));
    assertThat(work.named()).isTrue();
    assertThat(ids(blocks.getFirst())).isEqualTo("\"a\\\"ä\"\n\n");
    assertThat(SpecJson.read(SpecJson.write(posted.asked().spec())))
        .isEqualTo(posted.asked().spec());
  }

  @Test
  void manyTasksMakeBlocksOfAGoodSize() throws IOException {
    StringBuilder body = new StringBuilder("{\"function\":" + SQUARE + ",\"tasks\":[");
    for (int i = 0; i < 100_000; i++) {
      body.append(i == 0 ? "" : ",")
          .append("{\"input\":1,\"customId\":\"t")
          .append(i)
          .append("\"}");
    }

    read(body.append("]}").toString());

    int next = 0;
    for (InputBlock block : blocks) {
      assertThat(block.first()).isEqualTo(next);
      assertThat(ids(block)).startsWith("\"t" + next + "\"\n");
      assertThat(block.bytes()).isLessThan(2 * InputBlock.TARGET_BYTES);
      next += block.count();
    }
    assertThat(next).isEqualTo(100_000);
    assertThat(blocks.size()).isBetween(3, 6);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'tasks':[]}                            | /tasks            | at least one task",
        "{'tasks':1}                             | /tasks            | expected an array of tasks",
        "{'tasks':[1],'function':F}              | /tasks/0          | expected an object with input",
        "{'tasks':[{'input':1}]}                 | /tasks/0/function | here or beside tasks",
        "{'tasks':[{'function':F}]}              | /tasks/0/input    | expected any JSON, got nothing",
        "{'tasks':[{'input':1,'functon':F}],'function':F} | /tasks/0/functon | unknown field",
        "{'tasks':[{'input':1,'function':{'type':'java'}}]} | /tasks/0/function/name | expected a string",
        "{'tasks':[{'input':1},{'input':1,'function':{'type':'java','name':''}}],'function':F}"
            + " | /tasks/1/function/name | expected 1 to 100",
        "{'tasks':[{'input':1,'function':7}]}    | /tasks/0/function | expected an object",
        "{'tasks':[{'input':1,'customId':7}],'function':F} | /tasks/0/customId | expected a string",
        "{'tasks':[{'input':1,'customId':''}],'function':F} | /tasks/0/customId | expected 1 to 200",
        "{'tasks':[{'input':1,'customId':'a\\n'}],'function':F} | /tasks/0/customId | control",
        "{'tasks':[{'input':1,'customId':'\\ud800'}],'function':F} | /tasks/0/customId | surrogate",
        "{'tasks':[{'input':1,'customId':'a'},{'input':2,'customId':'a'}],'function':F}"
            + " | /tasks/1/customId | no task before has, got: a",
        "{'tasks':[{'input':1}],'inputs':[1],'function':F} | /tasks | inputs or tasks, got both",
        "{'inputs':[1],'tasks':[{'input':1}],'function':F} | /tasks | inputs or tasks, got both",
        "{'tasks':[{'input':1}],'function':F,'open':true} | /open | all tasks come in the list",
        "{'inputs':[1],'functions':[F]}          | /functions        | expected nothing here",
        "{'tasks':[{'input':1}],'function':{'type':'java'}} | /function/name | expected a string",
      })
  void aMistakeIsNamedWithItsPlace(String body, String pointer, String said) {
    String json =
        body.replace('\'', '"').replace(":F", ":" + SQUARE).replace("[F]", "[" + SQUARE + "]");

    Refused refused = catchThrowableOfType(Refused.class, () -> read(json));

    assertThat(refused.refusal())
        .isInstanceOfSatisfying(
            Refusal.InvalidBody.class,
            invalid ->
                assertThat(invalid.mistakes())
                    .anySatisfy(mistake -> {
                      assertThat(mistake.pointer()).isEqualTo(pointer);
                      assertThat(mistake.detail()).contains(said);
                    }));
  }

  @Test
  void tooManyFunctionsAreRefused() {
    StringBuilder body = new StringBuilder("{\"tasks\":[");
    for (int i = 0; i <= Work.MAX_FUNCTIONS; i++) {
      body.append(i == 0 ? "" : ",");
      body.append(task("{\"type\":\"java\",\"name\":\"f" + i + "\"}", "1"));
    }

    Refused refused = catchThrowableOfType(Refused.class, () -> read(body + "]}"));

    assertThat(refused.refusal())
        .isInstanceOfSatisfying(
            Refusal.TooLarge.class, large -> assertThat(large.limit()).isEqualTo("max-functions"));
  }

  @Test
  void tasksThatTakeTurnsWithTheirFunctionsAreBounded() {
    StringBuilder body = new StringBuilder("{\"tasks\":[");
    for (int i = 0; i <= Work.MAX_CHANGES + 1; i++) {
      body.append(i == 0 ? "" : ",").append(task(i % 2 == 0 ? SQUARE : SLEEP, "1"));
    }

    Refused refused = catchThrowableOfType(Refused.class, () -> read(body + "]}"));

    assertThat(refused.refusal())
        .isInstanceOfSatisfying(
            Refusal.TooLarge.class,
            large -> assertThat(large.limit()).isEqualTo("max-function-changes"));
  }
}
