package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who sends nothing for a while hears all the same that the job takes no more.
@ExtendWith(ApiExtension.class)
@Timeout(180)
class SilentSenderTest {
  private final Api api;

  SilentSenderTest(Api api) {
    this.api = api;
  }

  @ParameterizedTest
  @CsvSource({"cancel, was cancelled", "seal, was sealed"})
  void aSenderOfInputsIsTold(String how, String said) throws Exception {
    String job = openJob("");
    try (StreamedBody body = new StreamedBody(api, job + "/inputs")) {
      body.write("1\n2\n");
      awaitInputs(job, 2);

      api.post(job + "/" + how, "");

      assertThat(body.answer())
          .startsWith("HTTP/1.1 409")
          .contains("job-not-receiving", said)
          .contains("2 inputs of this request were taken, the first with index 0, the last with 1");
    }
  }

  @Test
  void theSenderOfTheJobItselfIsTold() throws Exception {
    try (StreamedBody body = new StreamedBody(api, "/v1/jobs")) {
      body.write(
          """
          {"function":{"type":"java","name":"square"},"labels":{"test":"silent"}}
          1
          """);
      String job = api.awaitJob("silent");

      api.post(job + "/cancel", "");

      assertThat(body.answer()).startsWith("HTTP/1.1 409").contains("was cancelled");
      assertThat(api.ended(job).get("state").stringValue()).isEqualTo("cancelled");
    }
  }

  @Test
  void aDeadlineIsTold() throws Exception {
    String job = openJob(",\"deadline\":\"" + Instant.now().plusSeconds(12) + "\"");
    try (StreamedBody body = new StreamedBody(api, job + "/inputs")) {
      body.write("1\n");
      awaitInputs(job, 1);

      assertThat(body.answer()).startsWith("HTTP/1.1 409").contains("has expired");
    }
  }

  @Test
  void linesOfAKnownLengthEndToo() throws Exception {
    String job = openJob("");
    try (Socket socket = begin(api, job, "application/jsonl", 1000, "1\n2")) {
      awaitInputs(job, 1);

      api.post(job + "/cancel", "");

      assertThat(answer(socket))
          .startsWith("HTTP/1.1 409")
          .contains("was cancelled", "1 inputs of this request were taken");
    }
  }

  @Test
  void aDocumentThatDoesNotEndIsEndedToo() throws Exception {
    String job = openJob("");
    // More than the sockets hold: when it is written, it is being read.
    String begun = "{\"inputs\":[" + ("\"" + "x".repeat(100_000) + "\",").repeat(150);
    try (Socket socket = begin(api, job, "application/json", begun.length() + 100, begun)) {
      api.post(job + "/cancel", "");

      assertThat(answer(socket))
          .startsWith("HTTP/1.1 409")
          .contains("was cancelled", "no input of this request was taken");
    }
  }

  private static Socket begin(Api api, String job, String type, int length, String begun)
      throws IOException {
    Socket socket = new Socket();
    socket.setSendBufferSize(64 * 1024);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), api.port()));
    socket.setSoTimeout(30_000);
    String request =
        """
        POST %s/inputs HTTP/1.1
        Host: localhost
        Authorization: Bearer %s
        Content-Type: %s
        Content-Length: %d

        """
            .formatted(job, api.key(), type, length)
            .replace("\n", "\r\n");
    socket.getOutputStream().write((request + begun).getBytes(UTF_8));
    return socket;
  }

  private static String answer(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), UTF_8);
  }

  private String openJob(String more) throws Exception {
    return api.submit(
        "{\"function\":{\"type\":\"java\",\"name\":\"square\"},\"open\":true" + more + "}");
  }

  private void awaitInputs(String job, int inputs) {
    Wait.untilSeen(
        inputs + " inputs came",
        () -> {
          try {
            return Api.json(api.get(job)).at("/counts/succeeded").intValue() >= inputs;
          } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }
}
