package dev.manyhands.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.manyhands.job.Webhook;
import dev.manyhands.store.Delivery;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The headers of Standard Webhooks: who sends an event again sends the same id, and whoever has
/// the secret can tell that nobody else made it and that it is not an old one.
///
/// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
final class Signature {
  private static final String HMAC = "HmacSHA256";

  private Signature() {}

  static Map<String, String> headers(Delivery delivery, Instant now) {
    String time = String.valueOf(now.getEpochSecond());
    return Map.of(
        "Content-Type",
        "application/json",
        "webhook-id",
        delivery.id(),
        "webhook-timestamp",
        time,
        "webhook-signature",
        "v1," + signed(delivery.webhook(), delivery.id(), time, delivery.body()));
  }

  private static String signed(Webhook webhook, String id, String time, byte[] body) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(webhook.key(), HMAC));
      mac.update((id + "." + time + ".").getBytes(UTF_8));
      return Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + HMAC, e);
    }
  }
}
