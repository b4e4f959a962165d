package dev.manyhands.pool.functions;

import dev.manyhands.pool.TaskFunction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.springframework.stereotype.Component;

/// The SHA-256 of a text's UTF-8.
@Component
final class Sha256 implements TaskFunction<String, String> {
  @Override
  public String name() {
    return "sha256";
  }

  @Override
  public String description() {
    return "The SHA-256 of a text in UTF-8, as 64 hexadecimal digits.";
  }

  @Override
  public Class<String> inputType() {
    return String.class;
  }

  @Override
  public String apply(String text) throws NoSuchAlgorithmException {
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest);
  }
}
