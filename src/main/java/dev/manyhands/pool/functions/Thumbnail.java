package dev.manyhands.pool.functions;

import dev.manyhands.pool.TaskFunction;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.springframework.stereotype.Component;

/// A small copy of a picture. Picture and copy travel as base64, so no file is opened for a client.
@Component
final class Thumbnail implements TaskFunction<Thumbnail.Picture, byte[]> {
  /// Bounds the time that a small file can take to unpack.
  private static final long MAX_PIXELS = 100_000_000;

  /// Bounds the memory, to about 64 MB: larger pictures are thinned out while they are unpacked.
  private static final long MAX_UNPACKED_PIXELS = 16_000_000;

  /// A picture is unpacked at this many times the size of its copy, at least, so that thinning it
  /// out does not show.
  private static final int DETAIL = 4;

  private static final int MAX_SIDE = 4096;

  /// What to make smaller.
  ///
  /// @param source a PNG, JPEG, GIF, BMP or WBMP file; base64 in JSON
  /// @param maxWidth pixels, 1 to 4096
  /// @param maxHeight pixels, 1 to 4096
  record Picture(byte[] source, int maxWidth, int maxHeight) {
    Picture {
      if (maxWidth < 1 || maxWidth > MAX_SIDE || maxHeight < 1 || maxHeight > MAX_SIDE) {
        throw new IllegalArgumentException(
            "expected maxWidth and maxHeight from 1 to "
                + MAX_SIDE
                + ", got: "
                + maxWidth
                + " and "
                + maxHeight);
      }
    }
  }

  Thumbnail() {
    // Without this a picture would lie in a temporary file meanwhile.
    ImageIO.setUseCache(false);
  }

  @Override
  public String name() {
    return "thumbnail";
  }

  @Override
  public String description() {
    return "A PNG, in base64, of a picture in base64, at most maxWidth x maxHeight; smaller pictures keep their size.";
  }

  @Override
  public Class<Picture> inputType() {
    return Picture.class;
  }

  @Override
  public byte[] apply(Picture picture) throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(shrunk(picture), "png", png);
    return png.toByteArray();
  }

  private static BufferedImage shrunk(Picture picture) throws IOException {
    try (ImageInputStream in =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(picture.source()))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new IOException("expected a PNG, JPEG, GIF, BMP or WBMP file, got something else");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        return shrunk(reader, picture);
      } finally {
        reader.dispose();
      }
    }
  }

  private static BufferedImage shrunk(ImageReader reader, Picture picture) throws IOException {
    // The header says how large it is, before a pixel is unpacked.
    int fullWidth = reader.getWidth(0);
    int fullHeight = reader.getHeight(0);
    long pixels = (long) fullWidth * fullHeight;
    if (pixels > MAX_PIXELS) {
      throw new IOException("expected at most " + MAX_PIXELS + " pixels, got: " + pixels);
    }
    double shrink =
        Math.max(
            1,
            Math.max(
                (double) fullWidth / picture.maxWidth(),
                (double) fullHeight / picture.maxHeight()));
    int every =
        Math.max(
            Math.max(1, (int) (shrink / DETAIL)),
            (int) Math.ceil(Math.sqrt((double) pixels / MAX_UNPACKED_PIXELS)));
    ImageReadParam thinned = reader.getDefaultReadParam();
    thinned.setSourceSubsampling(every, every, 0, 0);
    return scaled(
        reader.read(0, thinned),
        (int) Math.max(1, Math.round(fullWidth / shrink)),
        (int) Math.max(1, Math.round(fullHeight / shrink)));
  }

  /// Halves the picture until it is less than twice as large: one bilinear step looks at no more
  /// than 2 x 2 pixels.
  private static BufferedImage scaled(BufferedImage picture, int width, int height) {
    BufferedImage current = picture;
    while (current.getWidth() != width || current.getHeight() != height) {
      current =
          resized(
              current,
              Math.max(width, current.getWidth() / 2),
              Math.max(height, current.getHeight() / 2));
    }
    return current;
  }

  private static BufferedImage resized(BufferedImage picture, int width, int height) {
    int type =
        picture.getColorModel().hasAlpha()
            ? BufferedImage.TYPE_INT_ARGB
            : BufferedImage.TYPE_INT_RGB;
    BufferedImage to = new BufferedImage(width, height, type);
    Graphics2D pen = to.createGraphics();
    try {
      pen.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      pen.drawImage(picture, 0, 0, width, height, null);
    } finally {
      pen.dispose();
    }
    return to;
  }
}
