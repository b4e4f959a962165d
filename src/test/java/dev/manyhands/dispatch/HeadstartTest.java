package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadstartTest {
  private final List<String> heard = new ArrayList<>();
  private final Headstart job = new Headstart(stored -> heard.add("stored: " + stored));

  @Test
  void itIsSettledWhenItIsKnown() {
    job.begin(() -> heard.add("runs"));
    assertThat(heard).containsExactly("runs");

    job.know(false);

    assertThat(heard).containsExactly("runs", "stored: false");
  }

  @Test
  void whatIsStoredBeforeItBeginsIsSettledBehindThat() {
    job.know(true);
    assertThat(heard).isEmpty();

    job.begin(() -> heard.add("runs"));

    assertThat(heard).containsExactly("runs", "stored: true");
  }

  @Test
  void whatIsKnownNotToBeStoredDoesNotBegin() {
    job.know(false);

    job.begin(() -> heard.add("runs"));

    assertThat(heard).containsExactly("stored: false");
  }

  @Test
  void whatFailsToBeginIsSettledAllTheSame() {
    assertThatThrownBy(() ->
            job.begin(() -> {
              throw new IllegalStateException("made by a test");
            }))
        .hasMessage("made by a test");

    job.know(true);

    assertThat(heard).containsExactly("stored: true");
  }
}
