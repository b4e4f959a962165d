package dev.manyhands.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.JobFilter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.unit.DataSize;

class StoreSettingsTest {
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner().withUserConfiguration(StoreConfiguration.class);

  @Test
  void dataIsTheFolderDataUnlessSet() {
    StoreSettings settings =
        new Binder(new MapConfigurationPropertySource())
            .bindOrCreate("manyhands", StoreSettings.class);

    assertThat(settings).isEqualTo(new StoreSettings("./data", DataSize.ofKilobytes(256)));
    assertThat(settings.folder()).isEqualTo(Path.of("data").toAbsolutePath());
  }

  @Test
  void storeIsOpenWhileTheServiceIs(@TempDir Path folder) {
    runner
        .withPropertyValues("manyhands.data=" + folder)
        .run(context ->
            assertThat(context.getBean(JobStore.class).jobs(JobFilter.NONE, null, 1)).isEmpty());

    SqliteJobStore.open(folder).close();
  }

  @Test
  void blankFolderStopsTheStart() {
    runner
        .withPropertyValues("manyhands.data= ")
        .run(context ->
            assertThat(context)
                .getFailure()
                .rootCause()
                .hasMessageContaining("manyhands")
                .hasMessageContaining("data"));
  }
}
