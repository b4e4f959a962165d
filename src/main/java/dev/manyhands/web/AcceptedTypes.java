package dev.manyhands.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.MediaType;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/// Turns down a request whose `Accept` allows none of the types that its endpoint answers with. The
/// framework, which chooses the endpoint, compares types only and takes a quality of 0, a no, for a
/// yes.
final class AcceptedTypes implements HandlerInterceptor {
  /// By handler method; as many as there are endpoints.
  private final Map<Method, List<MediaType>> produced = new ConcurrentHashMap<>();

  @Override
  public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
      throws HttpMediaTypeNotAcceptableException {
    if (handler instanceof HandlerMethod method) {
      List<MediaType> types = produced.computeIfAbsent(method.getMethod(), _ -> types(method));
      if (!types.isEmpty() && types.stream().noneMatch(Accept.of(request)::allows)) {
        throw new HttpMediaTypeNotAcceptableException(types);
      }
    }
    return true;
  }

  /// What its method declares, else what its class does.
  private static List<MediaType> types(HandlerMethod method) {
    return Stream.of(
            AnnotatedElementUtils.findMergedAnnotation(method.getMethod(), RequestMapping.class),
            AnnotatedElementUtils.findMergedAnnotation(method.getBeanType(), RequestMapping.class))
        .map(AcceptedTypes::types)
        .filter(types -> !types.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  private static List<MediaType> types(@Nullable RequestMapping mapping) {
    return mapping == null
        ? List.of()
        : Stream.of(mapping.produces()).map(MediaType::parseMediaType).toList();
  }
}
