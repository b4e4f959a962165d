package dev.manyhands.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UrlsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.com",
        "HTTPS://example.com:8443/a?b=c",
        "http://[2606::1]:80/",
        "http://127.0.0.1/",
        "http://192.168.10.255:8080/a",
        "http://0x7f.example/",
        "http://localhost/",
      })
  void httpUrlsAreTaken(String text) {
    assertThat(Urls.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "example.com/a",
        "ftp://example.com/",
        "file:///etc/passwd",
        "http:///a",
        "http:example.com",
        "http://example.com:0/",
        "http://example.com:65536/",
        "http://exa mple.com/",
        "http://0x7f.1/",
        "http://127.1/",
        "http://0x7f000001/",
        "http://0X7F000001./",
        "http://2130706433/",
        "http://256.1.1.1/",
        "http://0177.0.0.1/",
        "http://[fe80::1%25eth0]/",
        "http://example.com/\r\nX: y",
      })
  void everythingElseIsNamed(String text) {
    assertThatThrownBy(() -> Urls.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("expected a URL");
  }

  @Test
  void aPasswordIsRefusedAndNotRepeated() {
    assertThatThrownBy(() -> Urls.parse("http://me:secret@example.com/"))
        .hasMessageContaining("without user and password")
        .hasMessageNotContaining("secret");
  }
}
