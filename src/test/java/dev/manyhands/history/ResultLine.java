package dev.manyhands.history;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A result line of a witnessed task.
///
/// @param value what it is right to return; empty if it returned nothing of the kind
/// @param nonce of the run that returned it; likewise
record ResultLine(int index, String status, String value, String nonce) {
  static ResultLine parse(String line) {
    JsonNode json = JsonMapper.shared().readTree(line);
    JsonNode value = json.path("value");
    return new ResultLine(
        json.path("index").asInt(-1),
        json.path("status").asString(""),
        value.path(0).asString(""),
        value.path(1).asString(""));
  }
}
