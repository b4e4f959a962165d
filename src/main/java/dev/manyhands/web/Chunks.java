package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;

/// A body of unknown length as it goes over the wire (RFC 9112): each write is a chunk, what is
/// flushed is sent at once. Without [#end] whoever reads it sees that it was cut.
final class Chunks extends OutputStream {
  private static final byte[] LINE_END = {'\r', '\n'};
  private static final byte[] LAST = "0\r\n\r\n".getBytes(US_ASCII);

  private final OutputStream out;

  Chunks(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int oneByte) throws IOException {
    write(new byte[] {(byte) oneByte}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    if (count == 0) {
      return; // a chunk of no bytes would be the last
    }
    out.write((Integer.toHexString(count) + "\r\n").getBytes(US_ASCII));
    out.write(bytes, offset, count);
    out.write(LINE_END);
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  /// It is whole.
  void end() throws IOException {
    out.write(LAST);
  }
}
