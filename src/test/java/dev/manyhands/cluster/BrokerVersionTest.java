package dev.manyhands.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrokerVersionTest {
  @ParameterizedTest
  @CsvSource({"3.10.8, false", "3.11.27, false", "3.12.0, true", "4.2.1, true", "null, true"})
  void oldBrokersDoNotHeedTheTimeoutOfQueues(String version, boolean heeded) {
    assertThat(BrokerVersion.heedsTimeoutOfQueues(version)).isEqualTo(heeded);
  }
}
