package dev.manyhands.web;

import dev.manyhands.store.JobStore;
import dev.manyhands.store.Nodes;
import dev.manyhands.store.Owner;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;

/// Puts itself before a service's store, and before what it knows of other nodes: while a test says
/// so, the store fails, or every job is another node's.
final class Troubled implements BeanFactoryPostProcessor {
  /// What takes no look at the database, or is of the start and the end.
  private static final Set<String> UNTROUBLED =
      Set.of("close", "watch", "mayBegin", "durability", "claimUnfinished");

  /// Of reads; none: they succeed.
  volatile @Nullable Supplier<RuntimeException> reads;

  /// Of commits; none: they succeed.
  volatile @Nullable Supplier<RuntimeException> commits;

  /// Who has every job that is not here, and the named limits; none: this one.
  volatile @Nullable Owner owner;

  @Override
  public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
    DefaultListableBeanFactory registry = (DefaultListableBeanFactory) beans;
    register(registry, "troubledStore", JobStore.class, () -> store(bean(beans, "jobStore")));
    register(registry, "troubledNodes", Nodes.class, () -> nodes(bean(beans, "nodes")));
  }

  private static Object bean(ConfigurableListableBeanFactory beans, String name) {
    return beans.getBean(name);
  }

  private static <T> void register(
      DefaultListableBeanFactory registry, String name, Class<T> type, Supplier<T> bean) {
    RootBeanDefinition definition = new RootBeanDefinition(type, bean);
    definition.setPrimary(true);
    definition.setDestroyMethodName("");
    registry.registerBeanDefinition(name, definition);
  }

  private JobStore store(Object real) {
    return (JobStore)
        Proxy.newProxyInstance(
            JobStore.class.getClassLoader(),
            new Class<?>[] {JobStore.class},
            (_, method, arguments) -> {
              if (method.getName().equals("commit")) {
                failIf(commits);
              } else if (!UNTROUBLED.contains(method.getName())) {
                failIf(reads);
              }
              return call(real, method, arguments);
            });
  }

  private Nodes nodes(Object real) {
    return (Nodes)
        Proxy.newProxyInstance(
            Nodes.class.getClassLoader(),
            new Class<?>[] {Nodes.class},
            (_, method, arguments) -> {
              Owner other = owner;
              switch (method.getName()) {
                case "isShared" -> {
                  return true;
                }
                case "ownerOf" -> {
                  failIf(reads);
                  return Optional.ofNullable(other);
                }
                case "limits" -> {
                  failIf(reads);
                  return Optional.of(other == null ? self((Nodes) real) : other);
                }
                case "all", "unfinished" -> failIf(reads);
                default -> {
                  // Its own affairs.
                }
              }
              return call(real, method, arguments);
            });
  }

  private static Owner self(Nodes real) {
    return new Owner(real.self(), true, null, Duration.ofSeconds(10));
  }

  private static void failIf(@Nullable Supplier<RuntimeException> fault) {
    if (fault != null) {
      throw fault.get();
    }
  }

  private static Object call(Object real, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
