package dev.manyhands.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

public class FunctionsTest {
  @Test
  void functionsAreFoundAndListedByName() {
    Functions functions = new Functions(List.of(named("b"), named("a.1"), named("c-d_e")));
    assertThat(functions.all()).extracting(TaskFunction::name).containsExactly("a.1", "b", "c-d_e");
    assertThat(functions.find("b").orElseThrow().inputType()).isEqualTo(Long.class);
    assertThat(functions.find("B")).isEmpty();
  }

  @Test
  void aNameTwiceStopsTheStart() {
    assertThatThrownBy(() -> new Functions(List.of(named("twin"), named("twin"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("twin")
        .hasMessageContaining(GivenFunction.class.getName());
  }

  @Test
  void aNameThatNoJobCanUseStopsTheStart() {
    assertThatThrownBy(() -> new Functions(List.of(named("no spaces"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(GivenFunction.class.getName())
        .hasMessageContaining("got: no spaces");
  }

  @Test
  void serviceEntriesAreAddedToTheGivenOnes() {
    assertThat(Functions.with(List.of(named("given"))).all())
        .extracting(TaskFunction::name)
        .containsExactly("from-a-service-entry", "given");
  }

  /// Found by its entry below `META-INF/services`.
  public static final class ServiceEntry implements TaskFunction<String, String> {
    @Override
    public String name() {
      return "from-a-service-entry";
    }

    @Override
    public String description() {
      return "Made for a test.";
    }

    @Override
    public Class<String> inputType() {
      return String.class;
    }

    @Override
    public String apply(String input) {
      throw new AssertionError("no test runs it");
    }
  }

  private static TaskFunction<Long, Long> named(String name) {
    return new GivenFunction<>(name, Long.class, n -> n);
  }
}
