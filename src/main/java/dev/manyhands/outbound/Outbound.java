package dev.manyhands.outbound;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/// Sends requests to where a client of the service points, which is nowhere that the operator has
/// not opened: a private address is refused when it is about to be connected to. Follows no
/// redirect, keeps no cookie, uses no proxy, and verifies the name of whom it speaks to.
///
/// Each request is sent once, whatever becomes of it: whether it is tried again is for the caller
/// to decide. Connections are kept for a while for the next request to the same host and port. Safe
/// for use by several threads; best called on virtual ones, whose interrupt ends a request.
public final class Outbound implements AutoCloseable {
  /// Shorter than most servers keep a connection (2 to 75 seconds), so that a request seldom meets
  /// the end of the one it is sent on, since it is not sent again.
  private static final TimeValue KEPT = TimeValue.ofSeconds(1);

  private final Lookup lookup;
  private final Reach reach;
  private final CloseableHttpClient client;
  private final ScheduledThreadPoolExecutor deadlines =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().name("outbound-deadlines").daemon().factory());

  /// With the system's lookup and the JVM's trust.
  public static Outbound open(HttpSettings settings) {
    SystemLookup lookup = new SystemLookup(settings.connectTimeout().toNanos());
    try {
      return new Outbound(settings, lookup, SSLContext.getDefault());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JVM has no TLS", e);
    }
  }

  /// @param lookup finds addresses, unchecked; closed with this
  /// @param trust whom to believe
  Outbound(HttpSettings settings, Lookup lookup, SSLContext trust) {
    this.lookup = lookup;
    this.reach = new Reach(settings.allow());
    this.client = client(settings, new CheckedLookup(lookup, reach), trust);
    deadlines.setRemoveOnCancelPolicy(true);
  }

  private static CloseableHttpClient client(
      HttpSettings settings, CheckedLookup lookup, SSLContext trust) {
    Timeout connect = Timeout.of(settings.connectTimeout());
    return HttpClients.custom()
        .setConnectionManager(
            PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(lookup)
                .setTlsSocketStrategy(new DefaultClientTlsStrategy(trust))
                .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.LAX)
                .setMaxConnTotal(settings.maxConnections())
                .setMaxConnPerRoute(settings.maxConnections())
                .setDefaultConnectionConfig(
                    ConnectionConfig.custom()
                        .setConnectTimeout(connect)
                        // Costs a millisecond at each use of a kept connection, and finds the one
                        // that the server has closed before a request is lost on it.
                        .setValidateAfterInactivity(TimeValue.ZERO_MILLISECONDS)
                        .build())
                .build())
        .setKeepAliveStrategy((_, _) -> KEPT)
        .disableAutomaticRetries()
        .setUserAgent("Manyhands")
        .disableRedirectHandling()
        .disableCookieManagement()
        .disableAuthCaching()
        .disableContentCompression()
        .evictIdleConnections(KEPT)
        .build();
  }

  /// Why no request can go there, as far as that can be told without looking a name up: its host is
  /// an address that may not be connected to.
  ///
  /// @param url as [Urls#parse] gives it
  public Optional<String> refusal(URI url) {
    String host = url.getHost().toLowerCase(Locale.ROOT);
    InetAddress address;
    if (host.equals("localhost") || host.endsWith(".localhost")) {
      address = InetAddress.getLoopbackAddress();
    } else {
      try {
        address = InetAddress.ofLiteral(host.replace("[", "").replace("]", ""));
      } catch (IllegalArgumentException aName) {
        return Optional.empty();
      }
    }
    return reach.allows(address)
        ? Optional.empty()
        : Optional.of(
            "expected a public address or one that manyhands.http.allow names, got: " + host);
  }

  /// Sends a request and returns the whole answer, whatever its status.
  ///
  /// @throws OutboundFault if there is none
  public OutboundAnswer send(OutboundRequest request) throws OutboundFault {
    HttpUriRequestBase message = new HttpUriRequestBase(request.method(), request.url());
    request.headers().forEach(message::setHeader);
    // The client counts whole milliseconds, and is not to give up before the time is over.
    Timeout longest = Timeout.of(request.timeout().plusMillis(1));
    message.setConfig(
        RequestConfig.custom()
            .setConnectionRequestTimeout(longest)
            .setResponseTimeout(longest)
            .setProtocolUpgradeEnabled(false)
            .build());
    if (request.body().length > 0) {
      message.setEntity(new ByteArrayEntity(request.body(), null));
    }
    long end = System.nanoTime() + request.timeout().toNanos();
    Future<?> deadline =
        deadlines.schedule(message::abort, request.timeout().toNanos(), TimeUnit.NANOSECONDS);
    boolean whole = false;
    try {
      ClassicHttpResponse response =
          client.executeOpen(HttpHost.create(request.url()), message, null);
      OutboundAnswer answer = answer(response, request.maxBody());
      if (!answer.cut()) {
        response.close();
        whole = true;
      }
      return answer;
    } catch (IOException e) {
      // Not whether it was aborted: on a busy machine the timeouts of the socket may come before.
      throw isOver(end) ? timeout(request, e) : fault(request, e);
    } catch (RuntimeException e) {
      // An abort that comes between two steps of the client takes the connection from under it.
      if (!isOver(end)) {
        throw e;
      }
      throw timeout(request, e);
    } finally {
      deadline.cancel(false);
      if (!whole) {
        // To close the answer would be to read it to its end, which may never come.
        message.abort();
      }
    }
  }

  private static OutboundAnswer answer(ClassicHttpResponse response, int maxBody)
      throws IOException {
    List<OutboundAnswer.Header> headers = new ArrayList<>();
    for (Header header : response.getHeaders()) {
      String value = header.getValue();
      headers.add(new OutboundAnswer.Header(header.getName(), value == null ? "" : value));
    }
    HttpEntity entity = response.getEntity();
    if (entity == null) {
      return new OutboundAnswer(response.getCode(), headers, new byte[0], false);
    }
    InputStream body = entity.getContent();
    byte[] kept = body.readNBytes(maxBody);
    boolean cut = kept.length == maxBody && body.read() >= 0;
    return new OutboundAnswer(response.getCode(), headers, kept, cut);
  }

  private static boolean isOver(long end) {
    return System.nanoTime() - end >= 0;
  }

  private static OutboundFault timeout(OutboundRequest request, Exception e) {
    return new OutboundFault(
        OutboundFault.Kind.TIMEOUT,
        "expected the whole answer of " + request.url().getHost() + " within " + request.timeout(),
        e);
  }

  private static OutboundFault fault(OutboundRequest request, IOException e) {
    String host = request.url().getHost();
    OutboundFault.Kind kind =
        switch (e) {
          case RefusedAddress _ -> OutboundFault.Kind.REFUSED_ADDRESS;
          case UnknownHostException _ -> OutboundFault.Kind.UNKNOWN_HOST;
          case ConnectException _, ConnectTimeoutException _, NoRouteToHostException _ ->
              OutboundFault.Kind.NO_CONNECTION;
          case SSLException _ -> OutboundFault.Kind.NO_TRUST;
          default -> OutboundFault.Kind.BROKEN;
        };
    String said = String.valueOf(e.getMessage());
    return new OutboundFault(
        kind, kind == OutboundFault.Kind.REFUSED_ADDRESS ? said : host + ": " + said, e);
  }

  @Override
  public void close() {
    deadlines.shutdownNow();
    lookup.close();
    try {
      client.close();
    } catch (IOException e) {
      // What it held is closed as far as it could be.
    }
  }
}
