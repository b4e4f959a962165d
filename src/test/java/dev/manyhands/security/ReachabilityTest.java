package dev.manyhands.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.manyhands.job.Function;
import dev.manyhands.job.FunctionKind;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReachabilityTest {
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.0.0.2", "::1"})
  void onThisMachineNobodyHasToSayWhatMayRun(String address) {
    assertThat(start(address)).isEqualTo(Reachability.LOOPBACK);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "10.1.2.3", "192.0.2.1", "fe80::1"})
  void onANetworkTheKindsHaveToBeNamed(String address) {
    assertThatThrownBy(() -> start(address))
        .isInstanceOf(UnsafeStart.class)
        .hasMessageStartingWith(
            "manyhands.functions.allowed: expected the kinds of functions that others may run here,"
                + " some of java, python, command, http, since server.address is ")
        .hasMessageEndingWith(", got none");

    assertThat(start(address, "java")).isEqualTo(Reachability.PUBLIC);
  }

  @Test
  void noAddressIsEveryAddress() {
    assertThatThrownBy(() -> Reachability.of(null).check(null, List.of()))
        .isInstanceOf(UnsafeStart.class)
        .hasMessageContaining("since server.address is every address");
  }

  @Test
  void onlyTheKindsThatAreNamedMayRun() {
    AllowedKinds allowed = AllowedKinds.of(List.of("http", "java"));

    assertThat(allowed.allows(FunctionKind.JAVA)).isTrue();
    assertThat(allowed.allows(FunctionKind.HTTP)).isTrue();
    assertThat(allowed.allows(FunctionKind.PYTHON)).isFalse();
    assertThat(allowed.allows(FunctionKind.COMMAND)).isFalse();
    assertThat(allowed.refusal(new Function.Java("square"))).isEmpty();
    assertThat(allowed.refusal(new Function.PythonModule("tools", "clean", null, false)))
        .contains(
            "expected a function of a kind that manyhands.functions.allowed names (java, http),"
                + " got: python");
  }

  @Test
  void withoutASettingEveryKindMayRun() {
    AllowedKinds allowed = AllowedKinds.of(List.of());

    assertThat(FunctionKind.values()).allMatch(allowed::allows);
  }

  private static Reachability start(String address, String... allowed) {
    InetAddress literal = InetAddress.ofLiteral(address);
    Reachability reachability = Reachability.of(literal);
    reachability.check(literal, List.of(allowed));
    return reachability;
  }
}
