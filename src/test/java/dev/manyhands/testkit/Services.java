package dev.manyhands.testkit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// The services that a test starts: each is ended after the test, and its log printed if the test
/// failed. In a static field they are those of all tests of the class, and end after the last one.
///
/// ```java
/// @RegisterExtension final Services services = new Services();
///
/// RunningService service = services.start(folder);
/// service.kill();
/// service = services.restart(service);
/// ```
public final class Services implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
  private static final int SHOWN_CHARS = 50_000;

  private final List<RunningService> started = new ArrayList<>();
  private boolean ofClass;
  private boolean failed;

  /// Starts the packaged service, and returns when it is ready.
  ///
  /// @param data its data folder, made if it is not there
  /// @param settings such as `--manyhands.pools.processes.workers=2`
  public RunningService start(Path data, String... settings)
      throws IOException, InterruptedException {
    return ready(RunningService.launch(data, Program.packaged(), List.of(settings)));
  }

  /// Begins to start the packaged service, and returns at once.
  public RunningService begin(Path data, String... settings) throws IOException {
    return begin(Program.packaged(), data, settings);
  }

  /// The same with another program.
  public RunningService begin(Program program, Path data, String... settings) throws IOException {
    RunningService service = RunningService.launch(data, program, List.of(settings));
    started.add(service);
    return service;
  }

  /// Starts a service that was killed or stopped again, on its data folder; its port is another
  /// one.
  public RunningService restart(RunningService gone) throws IOException, InterruptedException {
    return ready(gone.relaunch());
  }

  /// The same, but returns at once.
  public RunningService beginAgain(RunningService gone) throws IOException {
    RunningService service = gone.relaunch();
    started.add(service);
    return service;
  }

  private RunningService ready(RunningService service) throws IOException, InterruptedException {
    started.add(service);
    service.awaitReady();
    return service;
  }

  /// Called only where this is registered in a static field.
  @Override
  public void beforeAll(ExtensionContext context) {
    ofClass = true;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    failed |= context.getExecutionException().isPresent();
    if (!ofClass) {
      end();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    failed |= context.getExecutionException().isPresent();
    end();
  }

  private void end() {
    IllegalStateException stubborn = new IllegalStateException("a service did not stop");
    for (int i = 0; i < started.size(); i++) {
      RunningService service = started.get(i);
      try {
        service.close();
      } catch (IllegalStateException e) {
        stubborn.addSuppressed(e);
      }
      if (failed) {
        System.err.printf("--- start %d of the service ---%n%s%n", i + 1, end(service.log()));
      }
    }
    started.clear();
    failed = false;
    if (stubborn.getSuppressed().length > 0) {
      throw stubborn;
    }
  }

  /// What came last tells most, and a service in trouble may tell it a thousand times.
  private static String end(String log) {
    return log.length() <= SHOWN_CHARS ? log : "..." + log.substring(log.length() - SHOWN_CHARS);
  }
}
