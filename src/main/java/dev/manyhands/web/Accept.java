package dev.manyhands.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.MimeTypeUtils;

/// What the `Accept` of a request allows, as RFC 9110 (12.5.1) reads it: of the ranges that include
/// a type the most specific one alone says its quality, and a quality of 0 is a no.
///
/// @param ranges the most welcome first, of equal ones the more specific first; none: nothing is
///   allowed
record Accept(List<MediaType> ranges) {
  private static final Comparator<MediaType> BY_SPECIFICITY =
      Comparator.comparingInt(Accept::specificity).thenComparingDouble(MediaType::getQualityValue);

  Accept {
    List<MediaType> sorted = new ArrayList<>(ranges);
    MimeTypeUtils.sortBySpecificity(sorted);
    ranges = List.copyOf(sorted);
  }

  /// Everything, if the request does not say; nothing, if what it says cannot be read.
  static Accept of(HttpServletRequest request) {
    List<String> said = Collections.list(request.getHeaders("Accept"));
    try {
      List<MediaType> ranges = MediaType.parseMediaTypes(said);
      return new Accept(ranges.isEmpty() ? List.of(MediaType.ALL) : ranges);
    } catch (InvalidMediaTypeException e) {
      return new Accept(List.of());
    }
  }

  boolean allows(MediaType type) {
    return quality(type) > 0;
  }

  /// From 0, not allowed, to 1.
  double quality(MediaType type) {
    return range(type).map(MediaType::getQualityValue).orElse(0.0);
  }

  /// Whether the type itself is allowed, and not just a range that includes it.
  boolean names(MediaType type) {
    return allows(type) && ranges.stream().anyMatch(type::equalsTypeAndSubtype);
  }

  /// The first of the offered types that the best range allows.
  Optional<MediaType> best(List<MediaType> offered) {
    return ranges.stream()
        .filter(range -> range.getQualityValue() > 0)
        .flatMap(range -> offered.stream().filter(type -> isOf(type, range)))
        .findFirst();
  }

  private boolean isOf(MediaType type, MediaType range) {
    return range(type).filter(range::equals).isPresent();
  }

  private Optional<MediaType> range(MediaType type) {
    return ranges.stream().filter(range -> range.includes(type)).max(BY_SPECIFICITY);
  }

  private static int specificity(MediaType range) {
    return range.isWildcardType() ? 0 : range.isWildcardSubtype() ? 1 : 2;
  }
}
