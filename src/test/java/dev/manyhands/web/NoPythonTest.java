package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// On a machine without Python everything works but what needs one, and that says so.
class NoPythonTest {
  private static final String PYTHON =
      "{\"function\":{\"type\":\"python\",\"name\":\"f\",\"source\":\"def f(n): return n\"},"
          + "\"inputs\":[1,2]}";
  private static final String COMMAND =
      "{\"function\":{\"type\":\"command\",\"argv\":[\"echo\",\"{}\"]},\"inputs\":[1,2]}";

  @ParameterizedTest
  @CsvSource({"hardened, false", "none, true"})
  @EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has the sandbox")
  void whatNeedsPythonSaysWhyItIsUnavailableAndTheRestWorks(String level, boolean commands)
      throws Exception {
    try (Api api = new Api(Api.NO_PYTHON, "--manyhands.sandbox.level=" + level)) {
      JsonNode kinds = Api.json(api.get("/v1/info")).get("functions");
      assertThat(kinds.at("/java/available").booleanValue()).isTrue();
      assertThat(kinds.at("/http/available").booleanValue()).isTrue();
      assertThat(kinds.at("/python/available").booleanValue()).isFalse();
      String why = kinds.at("/python/reason").stringValue();
      assertThat(why).startsWith("expected a Python 3.9 or later at /no/such/python, got: ");
      assertThat(kinds.at("/command/available").booleanValue()).isEqualTo(commands);

      assertThat(api.get(api.run("square", "[1,2,3,4,5]") + "/results?view=values").body())
          .isEqualTo("[1,4,9,16,25]");
      failsWith(api, PYTHON, "PythonUnavailable", why);
      if (commands) {
        String job = api.submit(COMMAND);
        assertThat(api.ended(job).get("state").stringValue()).isEqualTo("succeeded");
        assertThat(api.get(job + "/results?view=values").body()).isEqualTo("[\"1\",\"2\"]");
      } else {
        String whyNot = kinds.at("/command/reason").stringValue();
        assertThat(whyNot).contains("sandbox", "manyhands.sandbox.level=none", why);
        failsWith(api, COMMAND, "SandboxUnavailable", whyNot);
      }
    }
  }

  @Test
  void theFirstJobOfTheWelcomeIsOneThatRuns() throws Exception {
    try (Api api = new Api(Api.NO_PYTHON)) {
      assertThat(api.bean(Welcome.class).text("http://here:1"))
          .contains("{\"function\": {\"type\": \"java\", \"name\": \"square\"}, \"inputs\": [1, 2,")
          .doesNotContain("python");
    }
  }

  private static void failsWith(Api api, String body, String type, String message)
      throws Exception {
    String job = api.submit(body);
    JsonNode ended = api.ended(job);
    assertThat(ended.get("state").stringValue()).isEqualTo("failed");
    assertThat(ended.at("/counts/failed").intValue()).isEqualTo(2);
    JsonNode error = Api.json(api.get(job + "/tasks/1")).get("error");
    assertThat(error.get("type").stringValue()).isEqualTo(type);
    assertThat(error.get("message").stringValue()).isEqualTo(message);
  }
}
