package dev.manyhands.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartsTest {
  private static final byte[] WHOLE = Parts.write(Parts.object().put("a", 1), new byte[] {1, 2});

  @Test
  void whatIsWrittenIsRead() {
    Parts parts = Parts.read(WHOLE, 1);

    assertThat(parts.number("a")).isEqualTo(1);
    assertThat(parts.rest()).singleElement().isEqualTo(new byte[] {1, 2});
  }

  @Test
  void fieldsOfALaterMakeAreLeftAlone() {
    assertThat(
            Parts.read(Parts.write(Parts.object().put("a", 1).put("later", true)), 0).number("a"))
        .isEqualTo(1);
  }

  @Test
  void everyCutAndEveryAdditionIsRefused() {
    for (int length = 0; length < WHOLE.length; length++) {
      byte[] cut = new byte[length];
      System.arraycopy(WHOLE, 0, cut, 0, length);
      assertThatThrownBy(() -> Parts.read(cut, 1)).isInstanceOf(IllegalArgumentException.class);
    }
    byte[] more = new byte[WHOLE.length + 1];
    System.arraycopy(WHOLE, 0, more, 0, WHOLE.length);
    assertThatThrownBy(() -> Parts.read(more, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 30})
  void noLengthIsBelieved(int length) {
    byte[] body = ByteBuffer.allocate(9).put(Parts.VERSION).putInt(length).array();

    assertThatThrownBy(() -> Parts.read(body, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("" + length);
  }

  @Test
  void aMessageOfAnotherVersionIsKnownAsSuch() {
    byte[] body = WHOLE.clone();
    body[0] = Parts.VERSION + 1;

    assertThatThrownBy(() -> Parts.read(body, 1)).isInstanceOf(OtherVersion.class);
  }

  @Test
  void anObjectOfJavaIsNoMessage() {
    byte[] body = {(byte) 0xac, (byte) 0xed, 0, 5, 't', 0, 1, 'x'};

    assertThatThrownBy(() -> Parts.read(body, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .isNotInstanceOf(OtherVersion.class);
  }

  @Test
  void chunksAndOutcomesOfNoiseAreRefused() {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    byte[] chunk = Chunks.message("token", 3, false);
    byte[] outcome = OutcomeMessage.of("token", Chunks.outcomes(0, 3)).write();
    for (int i = 0; i < 2000; i++) {
      byte[] spoiled = (i % 2 == 0 ? chunk : outcome).clone();
      for (int n = random.nextInt(3); n >= 0; n--) {
        spoiled[random.nextInt(spoiled.length)] = (byte) random.nextInt(256);
      }
      boolean isChunk = i % 2 == 0;
      assertThat(refusal(isChunk, spoiled)).as("seed %d, round %d", seed, i).isTrue();
    }
  }

  /// Whether it is read, or refused in the one way that is expected.
  private static boolean refusal(boolean isChunk, byte[] body) {
    try {
      if (isChunk) {
        return ChunkMessage.read(body).inputs().count() > 0;
      }
      OutcomeMessage.read(body);
      return true;
    } catch (IllegalArgumentException e) {
      return true;
    }
  }
}
