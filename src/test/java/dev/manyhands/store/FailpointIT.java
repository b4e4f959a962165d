package dev.manyhands.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.manyhands.history.TestedStore;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FailpointIT extends FailpointContract {
  FailpointIT() {
    super(TestedStore.SQLITE);
  }

  /// A transaction that another method runs would have no name, and so no points.
  @Test
  void nothingIsWrittenThatHasNoPoints() {
    JavaClasses service =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.manyhands");
    assertThat(callers(service.get(StoreWriter.class), "inTransaction")).isEqualTo(Writes.CALLERS);
    // What is written there is known by its statement: see Writes.ofLease.
    assertThat(callers(service.get(PostgresDatabase.class), "openLease"))
        .isSubsetOf("NodeLease.with", "FaultyPostgres.openLease");
    // The second one only carries over what is committed.
    assertThat(callers(service.get(SqliteDatabase.class), "openWriter"))
        .isSubsetOf("StoreWriter.session", "Checkpoint.run", "FaultyDatabase.openWriter");
  }

  private static Set<String> callers(JavaClass of, String name) {
    return of.getMethods().stream()
        .filter(method -> method.getName().equals(name))
        .map(JavaMethod::getAccessesToSelf)
        .flatMap(Set::stream)
        .filter(call -> !call.getOriginOwner().equals(of)) // one form of it calls the other
        .map(call -> call.getOriginOwner().getSimpleName() + "." + call.getOrigin().getName())
        .collect(Collectors.toSet());
  }
}
