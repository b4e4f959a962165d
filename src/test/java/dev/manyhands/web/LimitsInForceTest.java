package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

@ExtendWith(ApiExtension.class)
class LimitsInForceTest {
  private final Api api;

  LimitsInForceTest(Api api) {
    this.api = api;
  }

  @Test
  void everyLimitThatARefusalNamesIsTold() throws Exception {
    JsonNode limits = Api.json(api.get("/v1/info")).get("limits");
    List<String> names = new ArrayList<>(limits.propertyNames());

    assertThat(names)
        .contains(
            "max-body",
            "max-input",
            "max-inputs",
            "max-added-body",
            "max-nesting",
            "max-number-chars",
            "max-order",
            "max-unfinished-jobs",
            "max-unfinished-bytes",
            "max-arriving-bytes",
            "max-webhooks",
            "max-wait-seconds",
            "max-ahead",
            "max-uncommitted",
            "max-pause-seconds",
            "max-dependencies",
            "max-feeds",
            "max-retry-indexes",
            "max-backoff-seconds",
            "idempotency-seconds",
            "max-readers",
            "max-waiting",
            "max-followed-bytes",
            "heartbeat-seconds",
            "write-timeout-seconds",
            "webhook-attempts",
            "webhook-timeout",
            "webhook-first-retry-seconds",
            "webhook-stop-seconds",
            "webhook-longest-retry-seconds",
            "webhooks-at-once")
        .isSorted();
    limits.forEach(limit -> assertThat(limit.isIntegralNumber()).isTrue());
    assertThat(limits.get("max-body").intValue()).isEqualTo(Api.MAX_BODY);
    assertThat(limits.get("webhook-attempts").intValue()).isEqualTo(4);
  }
}
