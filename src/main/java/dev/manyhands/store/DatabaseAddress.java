package dev.manyhands.store;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/// Where the store's server is: Spring's own settings, as every Spring Boot service has them.
///
/// @param url such as `jdbc:postgresql://db/manyhands`; none: the store is SQLite in the data
///   folder
@ConfigurationProperties("spring.datasource")
record DatabaseAddress(@Nullable String url, @Nullable String username, @Nullable String password) {
  private static final String POSTGRES = "jdbc:postgresql:";

  DatabaseAddress {
    if (url != null && url.isBlank()) {
      url = null;
    }
    if (url != null && !url.startsWith(POSTGRES)) {
      throw new IllegalArgumentException(
          "spring.datasource.url: expected jdbc:postgresql://host/database, or nothing for SQLite in"
              + " the data folder, got: "
              + url.replaceFirst("[?].*", ""));
    }
  }

  /// The address without what may be secret in it.
  String place() {
    return url == null ? "" : url.replaceFirst("[?].*", "");
  }

  /// Keeps the password to itself.
  @Override
  public String toString() {
    return "DatabaseAddress[" + place() + "]";
  }
}
