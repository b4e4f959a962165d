package dev.manyhands.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;
import org.springframework.web.filter.OncePerRequestFilter;

/// Knows the caller by the key in `Authorization: Bearer`; a request without the right key goes on
/// as nobody's.
final class KeyFilter extends OncePerRequestFilter {
  private static final String SCHEME = "Bearer ";

  private final AdminKey key;
  private final Authentication admin =
      new PreAuthenticatedAuthenticationToken(
          AdminKey.CALLER, "", AuthorityUtils.createAuthorityList("ADMIN"));

  KeyFilter(AdminKey key) {
    this.key = key;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (hasKey(request.getHeader("Authorization"))) {
      SecurityContextHolder.setContext(new SecurityContextImpl(admin));
      chain.doFilter(named(request), response);
    } else {
      chain.doFilter(request, response);
    }
  }

  /// Health asks the request for the caller, and nobody else does: not on the way of jobs.
  private HttpServletRequest named(HttpServletRequest request) {
    if (!request.getRequestURI().startsWith("/actuator/")) {
      return request;
    }
    return new HttpServletRequestWrapper(request) {
      @Override
      public Principal getUserPrincipal() {
        return admin;
      }
    };
  }

  private boolean hasKey(@Nullable String authorization) {
    return authorization != null
        && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        && key.matches(authorization.substring(SCHEME.length()).strip());
  }
}
