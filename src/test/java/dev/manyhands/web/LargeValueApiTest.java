package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Values that are too long for lists, and the address of each value.
@ExtendWith(ApiExtension.class)
class LargeValueApiTest {
  private static final String LONG = '"' + "0123456789".repeat(70_000) + '"';

  private final Api api;

  LargeValueApiTest(Api api) {
    this.api = api;
  }

  private static String sha256(String text) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
  }

  @Test
  void listsShowWhatItIsAndItsAddressGivesItWhole() throws Exception {
    String job = api.run("identity", "[1," + LONG + ",{\"a\":" + LONG + "},2]");

    JsonNode results = Api.json(api.get(job + "/results")).get("results");
    assertThat(results.get(0).get("value").intValue()).isEqualTo(1);
    assertThat(results.get(1).has("value")).isFalse();
    assertThat(results.get(1).get("largeValue"))
        .isEqualTo(
            Api.MAPPER.readTree(
                "{\"bytes\":700002,\"type\":\"string\",\"sha256\":\"" + sha256(LONG) + "\"}"));
    assertThat(results.get(2).at("/largeValue/type").stringValue()).isEqualTo("object");
    assertThat(Api.json(api.get(job + "/tasks/1")).at("/largeValue/bytes").intValue())
        .isEqualTo(700_002);

    HttpResponse<String> value = api.get(job + "/tasks/1/value");
    assertThat(value.statusCode()).isEqualTo(200);
    assertThat(value.body()).isEqualTo(LONG);
    assertThat(value.headers().firstValue("ETag")).hasValue('"' + sha256(LONG) + '"');
    assertThat(value.headers().firstValue("Accept-Ranges")).hasValue("bytes");
    assertThat(api.get(job + "/tasks/3/value").body()).isEqualTo("2");
  }

  @Test
  void theBareValuesHaveItWhole() throws Exception {
    String inputs = "[1," + LONG + ",{\"a\":" + LONG + "},2," + LONG + "]";
    String job = api.run("identity", inputs);

    assertThat(api.get(job + "/results?view=values").body()).isEqualTo(inputs);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bytes=0-0            | 206 | 0      | 1
          bytes=1-10           | 206 | 1      | 11
          bytes=262140-262150  | 206 | 262140 | 262151
          bytes=700000-        | 206 | 700000 | 700002
          bytes=-3             | 206 | 699999 | 700002
          bytes=0-9999999      | 206 | 0      | 700002
          bytes=-9999999       | 206 | 0      | 700002
          bytes=0-1,5-6        | 200 | 0      | 700002
          bytes=5-1            | 200 | 0      | 700002
          lines=0-1            | 200 | 0      | 700002
          """)
  void aRangeGivesItsBytes(String range, int status, int from, int to) throws Exception {
    String job = api.run("identity", "[" + LONG + "]");

    HttpResponse<String> part = api.get(job + "/tasks/0/value", "Range", range);

    assertThat(part.statusCode()).isEqualTo(status);
    assertThat(part.body()).isEqualTo(LONG.substring(from, to));
    if (status == 206) {
      assertThat(part.headers().firstValue("Content-Range"))
          .hasValue("bytes " + from + "-" + (to - 1) + "/700002");
    }
  }

  @Test
  void aRangeBeyondTheEndIsRefused() throws Exception {
    String job = api.run("identity", "[12]");

    HttpResponse<String> beyond = api.get(job + "/tasks/0/value", "Range", "bytes=2-");

    assertThat(beyond.statusCode()).isEqualTo(416);
    assertThat(beyond.headers().firstValue("Content-Range")).hasValue("bytes */2");
    assertThat(Api.json(beyond).get("type").stringValue())
        .isEqualTo("/problems/range-not-satisfiable");
    assertThat(api.get(job + "/tasks/0/value", "Range", "bytes=1-").body()).isEqualTo("2");
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=99999999999999999999-, 416, ",
    "bytes=99999999999999999999-99999999999999999999, 416, ",
    "bytes=-0, 416, ",
    "bytes=1-99999999999999999999, 206, 2",
    "bytes=-99999999999999999999, 206, 12",
    "bytes=99999999999999999999-99999999999999999998, 200, 12",
    "bytes=1-0, 200, 12",
    "bytes=one-two, 200, 12",
    "lines=0-1, 200, 12",
    "'bytes=0-0,1-1', 200, 12",
  })
  void aRangeOfAnyNumbersIsHeededIfItIsValid(String range, int status, String body)
      throws Exception {
    String value = api.run("identity", "[12]") + "/tasks/0/value";

    HttpResponse<String> answer = api.get(value, "Range", range);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(status == 416 || answer.body().equals(body)).as(answer.body()).isTrue();
  }

  @Test
  void aRangeOfAnotherValueIsNotHeededAndWhatIsThereIsNotSentAgain() throws Exception {
    String value = api.run("identity", "[12]") + "/tasks/0/value";
    String etag = '"' + sha256("12") + '"';

    assertThat(api.get(value, "Range", "bytes=0-0", "If-Range", etag).body()).isEqualTo("1");
    assertThat(api.get(value, "Range", "bytes=0-0", "If-Range", "\"other\"").body())
        .isEqualTo("12");
    assertThat(api.get(value, "If-None-Match", etag).statusCode()).isEqualTo(304);
  }

  @Test
  void aTaskWithoutAValueHasNone() throws Exception {
    String job = api.run("square", "[\"no number\"]");

    HttpResponse<String> none = api.get(job + "/tasks/0/value");

    assertThat(none.statusCode()).isEqualTo(404);
    assertThat(none.body()).contains("it ended as failed");
    assertThat(api.get(job + "/tasks/1/value").statusCode()).isEqualTo(404);
  }
}
