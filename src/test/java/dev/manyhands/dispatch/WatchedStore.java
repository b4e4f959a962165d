package dev.manyhands.dispatch;

import dev.manyhands.store.JobStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.BiConsumer;

/// A real store of which a test sees every call before it is made, and may throw instead, and when
/// it is done.
final class WatchedStore {
  private WatchedStore() {}

  static JobStore of(JobStore store, BiConsumer<Method, Object[]> watcher) {
    return of(store, watcher, (_, _) -> {});
  }

  static JobStore of(
      JobStore store, BiConsumer<Method, Object[]> watcher, BiConsumer<Method, Object[]> done) {
    return (JobStore)
        Proxy.newProxyInstance(
            WatchedStore.class.getClassLoader(),
            new Class<?>[] {JobStore.class},
            (_, method, arguments) -> {
              Object[] told = arguments == null ? new Object[0] : arguments;
              watcher.accept(method, told);
              try {
                Object answer = method.invoke(store, arguments);
                done.accept(method, told);
                return answer;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
