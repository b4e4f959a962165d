package dev.manyhands.json;

import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;

/// The parser's word on what is wrong with a document, without its talk of its own features and
/// classes.
final class Complaint {
  private static final int MAX_CHARS = 200;
  private static final List<String> ASIDES =
      List.of(
          " (start marker",
          " (for ",
          ": enable `",
          " (not recognized",
          " (enable",
          " (`",
          ", from `",
          " in null");

  private Complaint() {}

  static String of(JacksonException thrown) {
    String said = thrown.getOriginalMessage();
    for (String aside : ASIDES) {
      int at = said.indexOf(aside);
      said = at < 0 ? said : said.substring(0, at);
    }
    said = said.length() <= MAX_CHARS ? said : said.substring(0, MAX_CHARS) + "…";
    return said.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}]", "?") + where(thrown.getLocation());
  }

  private static String where(TokenStreamLocation at) {
    return at == null || at.getLineNr() < 1
        ? ""
        : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
  }
}
