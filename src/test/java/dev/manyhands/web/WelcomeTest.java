package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ApiExtension.class)
class WelcomeTest {
  private static final Pattern COMMAND =
      Pattern.compile(
          "curl -s 'http://here:1(/[^']*)' .*-H 'Prefer: (\\S+)'.*-d '([^']*)'\n", Pattern.DOTALL);

  private final Api api;

  WelcomeTest(Api api) {
    this.api = api;
  }

  @Test
  void theCommandOfTheWelcomePrintsTheSquares() throws Exception {
    Matcher command = COMMAND.matcher(api.bean(Welcome.class).text("http://here:1"));
    assertThat(command.find()).isTrue();

    HttpResponse<String> answer =
        api.post(command.group(1), command.group(3), "Prefer", command.group(2));

    assertThat(answer.body()).isEqualTo("[1,4,9,16,25]");
  }
}
