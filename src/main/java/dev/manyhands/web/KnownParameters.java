package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.manyhands.job.Shown;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Method;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/// Refuses a request with a query parameter that its endpoint does not have: a misspelt `limt=10`
/// must not silently mean another limit. What an endpoint has is what its method declares with
/// `@RequestParam`.
final class KnownParameters implements HandlerInterceptor {
  private static final DefaultParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

  /// By handler method; as many as there are endpoints.
  private final Map<Method, List<String>> known = new ConcurrentHashMap<>();

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    String query = request.getQueryString();
    if (query != null
        && handler instanceof HandlerMethod method
        && !request.getMethod().equals("OPTIONS")) {
      check(query, known.computeIfAbsent(method.getMethod(), _ -> names(method)));
    }
    return true;
  }

  /// The query alone is read: asking the request for its parameters could read its body.
  private static void check(String query, List<String> known) {
    for (String pair : query.split("&", -1)) {
      String name = decoded(pair.split("=", 2)[0]);
      if (!name.isEmpty() && !known.contains(name)) {
        String expected =
            known.isEmpty()
                ? "expected no parameter here"
                : "no such parameter here, expected " + String.join(", ", known);
        throw Refusals.parameter(Shown.of(name), expected);
      }
    }
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, UTF_8);
    } catch (IllegalArgumentException notEncoded) {
      throw Refusals.parameter(Shown.of(text), "expected two hexadecimal digits after each %");
    }
  }

  private static List<String> names(HandlerMethod method) {
    return Arrays.stream(method.getMethodParameters())
        .filter(parameter -> parameter.hasParameterAnnotation(RequestParam.class))
        .map(KnownParameters::name)
        .sorted()
        .toList();
  }

  private static String name(MethodParameter parameter) {
    RequestParam said =
        Objects.requireNonNull(parameter.getParameterAnnotation(RequestParam.class));
    if (!said.name().isEmpty()) {
      return said.name();
    }
    parameter.initParameterNameDiscovery(NAMES);
    return Objects.requireNonNull(parameter.getParameterName());
  }
}
