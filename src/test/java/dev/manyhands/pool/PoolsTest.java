package dev.manyhands.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.manyhands.job.Function;
import dev.manyhands.outbound.HttpSettings;
import dev.manyhands.outbound.Outbound;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The pools that settings make, and which of them runs what.
class PoolsTest {
  private static final Function COMPUTES = new Function.Java("computes");
  private static final Function WAITS = new Function.Java("waits");
  private static final Function PYTHON =
      new Function.Python("def f(n):\n    return n", "f", null, false);
  private static final Function COMMAND =
      new Function.Command(List.of("true"), Function.Command.Output.TEXT);

  private final ApplicationContextRunner service =
      new ApplicationContextRunner().withUserConfiguration(PoolConfiguration.class, Given.class);

  @Test
  void threePoolsExistWithoutSettings() {
    service.run(context -> {
      assertThat(context.getBean(PoolsSettings.class).pools())
          .containsOnlyKeys("processes", "threads", "virtual");
      Pools pools = context.getBean(Pools.class);
      assertThat(pools.get("threads").orElseThrow().size())
          .isEqualTo(Runtime.getRuntime().availableProcessors());
      assertThat(pools.get("virtual").orElseThrow().size()).isEqualTo(256);
      assertThat(pools.get("unheard-of")).isEmpty();
    });
  }

  @Test
  void aPoolIsAddedAndADefaultReplaced() {
    service
        .withPropertyValues(
            "manyhands.pools.fetch.kind=virtual",
            "manyhands.pools.fetch.workers=10000",
            "manyhands.pools.threads.kind=threads",
            "manyhands.pools.threads.workers=1")
        .run(context -> {
          Pools pools = context.getBean(Pools.class);
          assertThat(pools.all())
              .extracting(WorkerPool::name)
              .contains("fetch", "threads", "virtual");
          assertThat(pools.get("fetch").orElseThrow().size()).isEqualTo(10_000);
          assertThat(pools.get("threads").orElseThrow().size()).isEqualTo(1);
        });
  }

  @Test
  void aWrongSettingStopsTheStartAndIsNamed() {
    assertRefused(
        "manyhands.pools.fetch.kind=threads",
        "manyhands.pools.fetch.workers=many",
        "manyhands.pools[fetch].workers");
    assertRefused(
        "manyhands.pools.fetch.kind=threads", "manyhands.pools.fetch.workers=0", "got: 0");
    assertRefused(
        "manyhands.pools.fetch.kind=threads", "manyhands.pools.fetch.workers=10001", "got: 10001");
    assertRefused(
        "manyhands.pools.fetch.workers=1", "x=y", "expected threads, virtual or processes");
    assertRefused("manyhands.pools.fetch.kind=fibres", "x=y", "virtual or processes, got: fibres");
    assertRefused("manyhands.pools.[a b].kind=threads", "x=y", "got: a b");
  }

  @Test
  void theFittingPoolFollowsTheFunction() {
    service.run(context -> {
      Pools pools = context.getBean(Pools.class);
      assertThat(pools.fitting(COMPUTES)).map(WorkerPool::name).hasValue("threads");
      assertThat(pools.fitting(WAITS)).map(WorkerPool::name).hasValue("virtual");
      assertThat(pools.fitting(new Function.Java("gone")))
          .map(WorkerPool::name)
          .hasValue("threads");
      for (WorkerPool pool : pools.all()) {
        boolean processes = pool.kind() == PoolKind.PROCESSES;
        assertThat(pools.canRun(pool, WAITS)).isEqualTo(!processes);
        assertThat(pools.canRun(pool, PYTHON)).isEqualTo(processes);
        assertThat(pools.canRun(pool, COMMAND)).isEqualTo(processes);
      }
    });
  }

  @Test
  void aPoolOfAnotherNameOrKindOfThreadsStandsIn() {
    Functions functions = new Given().functionsOfTest();
    Watchdog watchdog = new Watchdog();
    JavaPool.Shared shared =
        new JavaPool.Shared(
            functions,
            ThreadSettings.DEFAULT,
            watchdog,
            java.time.InstantSource.system(),
            WaysOut.NONE);
    try (watchdog;
        Pools pools =
            new Pools(
                List.of(new ThreadPool("z", 1, shared), new ThreadPool("a", 1, shared)),
                functions)) {
      assertThat(pools.fitting(WAITS)).map(WorkerPool::name).hasValue("a");
      assertThat(pools.fitting(PYTHON)).isEmpty();
    }
  }

  @Test
  void resizeSaysTheNewSize() {
    service.run(context -> {
      Pools pools = context.getBean(Pools.class);
      assertThat(pools.resize("threads", 7)).hasValue(7);
      assertThat(pools.get("threads").orElseThrow().size()).isEqualTo(7);
      assertThat(pools.resize("unheard-of", 7)).isEmpty();
      assertThatThrownBy(() -> pools.resize("threads", 0))
          .isInstanceOf(IllegalArgumentException.class);
    });
  }

  private void assertRefused(String setting, String other, String said) {
    service
        .withPropertyValues(setting, other)
        .run(context -> assertThat(context).getFailure().hasStackTraceContaining(said));
  }

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties
  static class Given {
    @Bean
    HttpSettings httpSettings() {
      return HttpSettings.DEFAULT;
    }

    @Bean
    Outbound outbound(HttpSettings settings) {
      return Outbound.open(settings);
    }

    @Bean
    TaskFunction<Long, Long> computes() {
      return new GivenFunction<>("computes", Long.class, n -> n);
    }

    @Bean
    TaskFunction<Long, Long> waits() {
      return new TaskFunction<>() {
        @Override
        public String name() {
          return "waits";
        }

        @Override
        public String description() {
          return "Made for a test.";
        }

        @Override
        public Class<Long> inputType() {
          return Long.class;
        }

        @Override
        public Nature nature() {
          return Nature.WAITS;
        }

        @Override
        public Long apply(Long input) {
          throw new AssertionError("no test runs it");
        }
      };
    }

    Functions functionsOfTest() {
      return new Functions(List.of(computes(), waits()));
    }
  }
}
