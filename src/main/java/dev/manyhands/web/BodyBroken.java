package dev.manyhands.web;

import java.io.IOException;
import org.apache.coyote.BadRequestException;

/// A body that its sender broke off, or whose chunks are none: the server takes either for a
/// mistake of the sender, who may still listen.
final class BodyBroken extends BadRequestException {
  private static final long serialVersionUID = 1L;

  private static final String EXPECTED =
      "expected a body as HTTP/1.1 has it, to its end, got one that broke off or has no such chunks";

  private final String kept;

  private BodyBroken(IOException broken, String kept) {
    super(broken);
    this.kept = kept;
  }

  /// The same with what its sender is told of what was kept; another fault stays as it is.
  static IOException keeping(String kept, IOException broken) {
    return broken instanceof BadRequestException ? new BodyBroken(broken, kept) : broken;
  }

  /// What a sender is told whose body could not be read to its end.
  static Problem problem(BadRequestException broken) {
    return Problem.of(
        400,
        "bad-request",
        "Bad Request",
        broken instanceof BodyBroken known ? EXPECTED + "; " + known.kept : EXPECTED);
  }
}
