package dev.manyhands.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.springframework.web.filter.OncePerRequestFilter;

/// Turns away what a page of another site makes a browser send: the service's address is the same
/// on every machine, so any page could guess it.
final class ForeignSiteFilter extends OncePerRequestFilter {
  private static final Set<String> OWN = Set.of("same-origin", "none");

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (isForeign(request)) {
      Wall.FOREIGN_SITE.write(response);
    } else {
      chain.doFilter(request, response);
    }
  }

  private static boolean isForeign(HttpServletRequest request) {
    String site = request.getHeader("Sec-Fetch-Site");
    String origin = request.getHeader("Origin");
    return site != null && !OWN.contains(site)
        || origin != null
            && !origin.equalsIgnoreCase(request.getScheme() + "://" + request.getHeader("Host"));
  }
}
