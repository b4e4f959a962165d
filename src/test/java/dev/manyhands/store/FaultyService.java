package dev.manyhands.store;

import dev.manyhands.ManyhandsApplication;
import dev.manyhands.testkit.WitnessFunction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.SpringApplication;

/// The service, whole, on a store that has a fault; and with the Java function `witnessed`.
///
/// Started as a process of its own, with the fault in a system property: `fault.halt` as [Halt]
/// says, `fault.flaky` as [Flaky] says, or `fault.full` with the file that [FullDisk] looks for.
public final class FaultyService {
  private FaultyService() {}

  public static void main(String[] arguments) {
    SpringApplication service = new SpringApplication(ManyhandsApplication.class);
    service.addInitializers(context -> context.addBeanFactoryPostProcessor(replacing(fault())));
    service.run(arguments);
  }

  private static CommitFault fault() {
    String halt = System.getProperty("fault.halt");
    String flaky = System.getProperty("fault.flaky");
    String full = System.getProperty("fault.full");
    if (halt != null) {
      return Halt.parse(halt);
    } else if (flaky != null) {
      return Flaky.parse(flaky);
    }
    return full == null ? new CommitFault() {} : new FullDisk(Path.of(full));
  }

  /// In place of the store's own bean, before any is made.
  private static BeanFactoryPostProcessor replacing(CommitFault fault) {
    return beans -> {
      DefaultListableBeanFactory registry = (DefaultListableBeanFactory) beans;
      registry.removeBeanDefinition("jobStore");
      registry.registerBeanDefinition(
          "jobStore", new RootBeanDefinition(SqlJobStore.class, () -> open(beans, fault)));
      RootBeanDefinition named =
          new RootBeanDefinition(JobStore.class, () -> named(beans.getBean(SqlJobStore.class)));
      named.setPrimary(true);
      named.setDestroyMethodName("");
      registry.registerBeanDefinition("namingStore", named);
      registry.registerBeanDefinition(
          "witnessed", new RootBeanDefinition(WitnessFunction.class, FaultyService::witness));
    };
  }

  private static SqlJobStore open(ConfigurableListableBeanFactory beans, CommitFault fault) {
    StoreSettings settings = beans.getBean(StoreSettings.class);
    DatabaseAddress address = beans.getBean(DatabaseAddress.class);
    if (address.url() != null) {
      PostgresSettings postgres = beans.getBean(PostgresSettings.class);
      return PostgresJobStore.open(
          new FaultyPostgres(address, postgres, fault),
          beans.getBean(LeaseSettings.class).lease(),
          settings.largeValueBytes());
    }
    return SqliteJobStore.open(
        settings.folder(), settings.largeValueBytes(), file -> new FaultyDatabase(file, fault));
  }

  private static WitnessFunction witness() {
    try {
      return new WitnessFunction(Path.of(System.getProperty("witness")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Tells what each commit writes.
  @SuppressWarnings("unchecked")
  private static JobStore named(JobStore store) {
    return (JobStore)
        Proxy.newProxyInstance(
            JobStore.class.getClassLoader(),
            new Class<?>[] {JobStore.class},
            (self, method, arguments) -> {
              boolean commits = method.getName().equals("commit");
              if (commits) {
                Writes.committing((List<Change>) arguments[0]);
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              } finally {
                if (commits) {
                  Writes.committing(List.of());
                }
              }
            });
  }
}
