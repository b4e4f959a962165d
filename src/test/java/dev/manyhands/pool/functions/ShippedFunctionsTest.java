package dev.manyhands.pool.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.manyhands.pool.RawJson;
import dev.manyhands.pool.TaskFunction;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShippedFunctionsTest {
  @Test
  void squareIsExactOrFails() {
    assertThat(new Square().apply(-12L)).isEqualTo(144);
    assertThatThrownBy(() -> new Square().apply(1L << 32)).isInstanceOf(ArithmeticException.class);
  }

  @Test
  void identityGivesTheSameBytes() {
    RawJson input = RawJson.of("0.1000");
    assertThat(new Identity().apply(input)).isSameAs(input);
  }

  @Test
  void sha256IsOfTheTextInUtf8() throws Exception {
    assertThat(new Sha256().apply("é"))
        .isEqualTo("4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c");
  }

  @ParameterizedTest
  @CsvSource({"0,0", "2,0", "3,1", "4,2", "10,4", "100,25", "100000,9592"})
  void primesBelowANumberAreCounted(long below, long primes) throws Exception {
    assertThat(new CountPrimes().apply(below)).isEqualTo(primes);
  }

  @Test
  void countingStopsWhenInterrupted() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> new CountPrimes().apply(1_000_000_000_000L))
        .isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"-1", "1000000000001"})
  void aNumberOutOfBoundsIsRefused(long n) {
    assertThatThrownBy(() -> new CountPrimes().apply(n)).hasMessageContaining("got: " + n);
    assertThatThrownBy(() -> new Sleep().apply(n)).hasMessageContaining("got: " + n);
  }

  @Test
  void sleepWaitsAndSaysSo() throws Exception {
    assertThat(new Sleep().nature()).isEqualTo(TaskFunction.Nature.WAITS);
    assertThat(new Sleep().apply(0L)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "png,800,600,100,100,100,75",
    "jpg,600,800,100,100,75,100",
    "gif,1000,10,50,50,50,1",
    "png,30,20,100,100,30,20"
  })
  void aThumbnailFitsAndKeepsItsShape(
      String format,
      int width,
      int height,
      int maxWidth,
      int maxHeight,
      int newWidth,
      int newHeight)
      throws IOException {
    byte[] png =
        new Thumbnail()
            .apply(new Thumbnail.Picture(picture(format, width, height), maxWidth, maxHeight));
    BufferedImage small = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(Map.of("width", small.getWidth(), "height", small.getHeight()))
        .isEqualTo(Map.of("width", newWidth, "height", newHeight));
    Color left = new Color(small.getRGB(newWidth / 8, newHeight / 2));
    assertThat(left.getRed()).isGreaterThan(200);
    assertThat(left.getBlue()).isLessThan(60);
  }

  @Test
  void aPictureThatUnpacksToTooMuchIsRefusedByItsHeader() throws IOException {
    byte[] bomb = picture("png", 10, 10);
    // The width and the height of a PNG stand at byte 16, and nobody checks their sum before it is
    // read.
    for (int i : new int[] {16, 20}) {
      bomb[i + 1] = 1;
    }
    assertThatThrownBy(() -> new Thumbnail().apply(new Thumbnail.Picture(bomb, 10, 10)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("expected at most 100000000 pixels");
  }

  @Test
  void whatIsNoPictureIsRefused() {
    assertThatThrownBy(
            () -> new Thumbnail().apply(new Thumbnail.Picture(new byte[] {1, 2, 3}, 10, 10)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("got something else");
    assertThatThrownBy(() -> new Thumbnail.Picture(new byte[0], 0, 10))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /// Red on the left, white on the right.
  private static byte[] picture(String format, int width, int height) throws IOException {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = picture.createGraphics();
    pen.setColor(Color.WHITE);
    pen.fillRect(0, 0, width, height);
    pen.setColor(Color.RED);
    pen.fillRect(0, 0, width / 2, height);
    pen.dispose();
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    assertThat(ImageIO.write(picture, format, file)).isTrue();
    return file.toByteArray();
  }
}
