package dev.manyhands.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsServer;
import dev.manyhands.testkit.Wait;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

/// The connection goes to the checked address, and the name is still the one that is asked for and
/// proven.
class OutboundTlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir private Path folder;

  private final BlockingQueue<List<SNIServerName>> asked = new LinkedBlockingQueue<>();
  private HttpsServer server;
  private SSLContext context;

  @BeforeEach
  void start() throws Exception {
    context = context(keyOf("good.example"));
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          var session = (ExtendedSSLSession) ((HttpsExchange) exchange).getSSLSession();
          asked.add(session.getRequestedServerNames());
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private KeyStore keyOf(String name) throws Exception {
    Path file = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "key",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=dns:" + name,
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .start();
    String said =
        new String(
            keytool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD);
    }
    return keys;
  }

  private static SSLContext context(KeyStore keys) throws Exception {
    KeyManagerFactory mine = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    mine.init(keys, PASSWORD);
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(keys);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(mine.getKeyManagers(), trusted.getTrustManagers(), null);
    return context;
  }

  private OutboundAnswer get(String host, SSLContext trust) throws OutboundFault {
    HttpSettings settings =
        new HttpSettings(
            List.of(Network.of("127.0.0.1")), Wait.LIMIT, Wait.LIMIT, DataSize.ofMegabytes(1), 10);
    Lookup here = _ -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};
    URI url = URI.create("https://" + host + ":" + server.getAddress().getPort() + "/");
    try (Outbound outbound = new Outbound(settings, here, trust)) {
      return outbound.send(
          new OutboundRequest("GET", url, Map.of(), new byte[0], Wait.LIMIT, 1000));
    }
  }

  @Test
  void theNameIsAskedForAndProven() throws Exception {
    assertThat(get("good.example", context).status()).isEqualTo(204);
    assertThat(asked.take()).hasToString("[type=host_name (0), value=good.example]");
  }

  @Test
  void whoCannotProveTheNameGetsNothing() {
    assertThatThrownBy(() -> get("bad.example", context))
        .isInstanceOfSatisfying(
            OutboundFault.class, f -> assertThat(f.kind()).isEqualTo(OutboundFault.Kind.NO_TRUST));
    assertThat(asked).isEmpty();
  }

  @Test
  void whoIsVouchedForByNobodyGetsNothing() throws Exception {
    SSLContext common = SSLContext.getDefault();
    assertThatThrownBy(() -> get("good.example", common))
        .isInstanceOfSatisfying(
            OutboundFault.class, f -> assertThat(f.kind()).isEqualTo(OutboundFault.Kind.NO_TRUST));
  }
}
