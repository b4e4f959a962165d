import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.util.Base64;
import javax.imageio.ImageIO;

/// A program that makes one thumbnail: `java Thumbnail.java MAX_WIDTH MAX_HEIGHT PICTURE`.
/// Prints a PNG in base64, of the picture's proportions, that fits into the given size; a smaller
/// picture keeps its size.
class Thumbnail {
  public static void main(String[] args) throws Exception {
    BufferedImage picture = ImageIO.read(new File(args[2]));
    if (picture == null) {
      System.err.println("not a picture: " + args[2]);
      System.exit(1);
    }
    double scale =
        Math.min(
            1,
            Math.min(
                Double.parseDouble(args[0]) / picture.getWidth(),
                Double.parseDouble(args[1]) / picture.getHeight()));
    int width = Math.max(1, (int) Math.round(picture.getWidth() * scale));
    int height = Math.max(1, (int) Math.round(picture.getHeight() * scale));
    BufferedImage thumbnail = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = thumbnail.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(picture, 0, 0, width, height, null);
    graphics.dispose();
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(thumbnail, "png", png);
    System.out.println(Base64.getEncoder().encodeToString(png.toByteArray()));
  }
}
