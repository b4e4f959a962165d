package dev.manyhands.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
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
    }
    chain.doFilter(request, response);
  }

  private boolean hasKey(@Nullable String authorization) {
    return authorization != null
        && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        && key.matches(authorization.substring(SCHEME.length()).strip());
  }
}
