package dev.manyhands.dispatch;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// The memory that one submission on its way in may take, until it is closed. One that says how
/// long it is takes all of it at once; another one takes more as it comes. Used by one thread.
public final class Arriving implements AutoCloseable {
  /// Taken at a time.
  private static final int PORTION = 256 * 1024;

  private final Admission admission;
  private final long most;
  private long held;

  /// @param length of the body; negative: unknown
  /// @param most bytes of it that are in memory at once
  /// @throws dev.manyhands.job.Refused if there is no room
  Arriving(Admission admission, long length, long most) {
    this.admission = admission;
    this.most = length < 0 ? most : Math.min(length, most);
    take(length < 0 ? Math.min(PORTION, most) : this.most);
  }

  private void take(long bytes) {
    if (!admission.enter(bytes)) {
      throw admission.tooManyArrive();
    }
    held += bytes;
  }

  /// The body as it is read.
  public InputStream counted(InputStream body) {
    return new FilterInputStream(body) {
      private long came;

      @Override
      public int read() throws IOException {
        int read = in.read();
        count(read < 0 ? 0 : 1);
        return read;
      }

      @Override
      public int read(byte[] to, int offset, int length) throws IOException {
        int read = in.read(to, offset, length);
        count(Math.max(0, read));
        return read;
      }

      private void count(int bytes) {
        came += bytes;
        while (came > held && held < most) {
          take(Math.min(PORTION, most - held));
        }
      }
    };
  }

  @Override
  public void close() {
    admission.leave(held);
    held = 0;
  }
}
