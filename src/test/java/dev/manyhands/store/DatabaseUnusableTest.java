package dev.manyhands.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;

class DatabaseUnusableTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /// Nobody listens to port 1.
  private static final DatabaseAddress NOBODY =
      new DatabaseAddress("jdbc:postgresql://127.0.0.1:1/jobs?password=secret", "me", "secret");

  @Test
  void aServerThatIsNotThereEndsTheStartWithASentenceThatNamesTheSettings() {
    PostgresSettings settings =
        new PostgresSettings(1, PATIENCE, PATIENCE, PATIENCE.plus(PATIENCE));
    DatabaseUnusable unusable =
        catchThrowableOfType(
            DatabaseUnusable.class, () -> PostgresJobStore.open(NOBODY, settings, PATIENCE, 1));

    FailureAnalysis said = new DatabaseUnusableAnalyzer().analyze(unusable, unusable);
    assertThat(said.getDescription())
        .startsWith(
            "the database jdbc:postgresql://127.0.0.1:1/jobs cannot be opened: Connection to")
        .doesNotContain("secret", "\n");
    assertThat(said.getAction())
        .contains(
            "spring.datasource.url", "spring.datasource.username", "spring.datasource.password");
  }
}
