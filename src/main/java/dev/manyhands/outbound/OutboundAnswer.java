package dev.manyhands.outbound;

import java.util.List;

/// What came back.
///
/// @param headers in the order in which they came
/// @param body as it came, at most as much as was asked for
/// @param cut whether there was more of it
public record OutboundAnswer(int status, List<Header> headers, byte[] body, boolean cut) {
  /// @param name as it came
  public record Header(String name, String value) {}

  public OutboundAnswer {
    headers = List.copyOf(headers);
  }
}
