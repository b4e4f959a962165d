package dev.manyhands.job;

import java.security.SecureRandom;
import java.time.InstantSource;

/// Makes job ids that rise strictly, also within one millisecond and when the clock steps back.
///
/// A ULID (github.com/ulid/spec): 48 bits of milliseconds, then 80 random bits, which count up
/// within a millisecond.
public final class JobIds {
  private static final char[] ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
  private static final int RANDOM_BITS_HIGH = 16;

  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  // Guarded by this.
  private long millis = -1;
  private long high;
  private long low;

  public JobIds(InstantSource clock) {
    this.clock = clock;
  }

  public synchronized JobId next() {
    long now = clock.millis();
    if (now > millis) {
      millis = now;
      high =
          random.nextLong()
              >>> (64 - RANDOM_BITS_HIGH + 1); // one bit spare, so that counting up never overflows
      low = random.nextLong();
    } else if (++low == 0) {
      high++;
    }
    return new JobId("job_" + text());
  }

  private String text() {
    char[] text = new char[26];
    long time = millis;
    for (int i = 9; i >= 0; i--, time >>>= 5) {
      text[i] = ALPHABET[(int) (time & 31)];
    }
    long h = high;
    long l = low;
    for (int i = 25; i >= 10; i--) {
      text[i] = ALPHABET[(int) (l & 31)];
      l = l >>> 5 | h << 59;
      h >>>= 5;
    }
    return new String(text);
  }
}
