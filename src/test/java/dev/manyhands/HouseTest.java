package dev.manyhands;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.modulith.ApplicationModule;
import org.springframework.modulith.core.ApplicationModules;

/// The floors of the house hold: a room uses only rooms below it.
///
/// ```
/// floor 4   web      webhook      cluster      metrics
/// floor 3            dispatch
/// floor 2   pool      store     security
///           json      outbound
/// floor 1              job           settings
/// ```
class HouseTest {

  private static final String HOUSE = "dev.manyhands";

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(HOUSE);

  @Test
  void roomsUseOnlyWhatTheyDeclare() {
    ApplicationModules.of(ManyhandsApplication.class).verify();
  }

  @Test
  void jobIsPlainJava() {
    DescribedPredicate<JavaClass> foreign =
        resideOutsideOfPackages("java..", "org.jspecify..", room("job"))
            .as("anything but java and jspecify");
    check(
        noClasses()
            .that()
            .resideInAPackage(room("job"))
            .and()
            .doNotHaveSimpleName("package-info")
            .should()
            .dependOnClassesThat(foreign));
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "outbound", "security"})
  void jsonOutboundAndSecurityKnowOnlyJob(String room) {
    mayUse(room, "job");
  }

  @Test
  void settingsKnowNothing() {
    mayUse("settings");
  }

  @Test
  void poolKnowsJobAndTheWayOut() {
    mayUse("pool", "job", "outbound");
  }

  @Test
  void storeKnowsJobAndItsJson() {
    mayUse("store", "job", "json");
  }

  @Test
  void dispatchKnowsOnlyTheFloorsBelow() {
    mayUse("dispatch", "job", "json", "outbound", "pool", "store", "security");
  }

  @ParameterizedTest
  @ValueSource(strings = {"web", "webhook", "cluster", "metrics"})
  void nothingKnowsTheTopFloor(String room) {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(room(room))
            .should()
            .dependOnClassesThat(resideInAPackage(room(room))));
  }

  @Test
  void nothingIsInjectedIntoFields() {
    check(noFields().should().beAnnotatedWith(Autowired.class));
  }

  @Test
  void nothingIsMocked() {
    JavaClasses tests = new ClassFileImporter().importPackages(HOUSE);
    noClasses().should().dependOnClassesThat().resideInAPackage("org.mockito..").check(tests);
  }

  @Test
  void everyPackageIsNullMarked() {
    List<String> unmarked =
        MAIN.stream()
            .map(JavaClass::getPackage)
            .distinct()
            .filter(room -> !room.isAnnotatedWith(NullMarked.class))
            .map(room -> room.getName() + " needs a package-info.java with @NullMarked")
            .toList();
    assertThat(unmarked).isEmpty();
  }

  @Test
  void everyRoomSaysWhichRoomsItMayUse() throws IOException {
    Pattern uses = Pattern.compile("Uses: ([^.]*)\\.");
    for (JavaClass room : MAIN.that(describe("a room", HouseTest::isRoom))) {
      String folder = room.getPackageName().replace('.', '/');
      String source = Files.readString(Path.of("src/main/java", folder, "package-info.java"));
      Matcher said = uses.matcher(source.replaceAll("\\R///", ""));
      assertThat(said.find()).as(source).isTrue();
      List<String> used =
          said.group(1).equals("nothing") ? List.of() : List.of(said.group(1).split(", "));
      assertThat(used)
          .as(room.getPackageName())
          .containsExactly(room.getAnnotationOfType(ApplicationModule.class).allowedDependencies());
    }
  }

  private static boolean isRoom(JavaClass type) {
    return type.isAnnotatedWith(ApplicationModule.class);
  }

  /// Of the house, `room` may use itself and the rooms `below`; what comes from elsewhere is free.
  private static void mayUse(String room, String... below) {
    String[] known = new String[below.length + 1];
    known[0] = room(room);
    for (int i = 0; i < below.length; i++) {
      known[i + 1] = room(below[i]);
    }
    DescribedPredicate<JavaClass> forbidden =
        resideInAPackage(HOUSE + "..")
            .and(resideOutsideOfPackages(known))
            .as("rooms other than %s", List.of(below));
    check(noClasses().that().resideInAPackage(room(room)).should().dependOnClassesThat(forbidden));
  }

  private static void check(ArchRule rule) {
    rule.check(MAIN);
  }

  private static String room(String name) {
    return HOUSE + "." + name + "..";
  }
}
