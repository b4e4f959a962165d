package dev.manyhands.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

/// `./mvnw spring-boot:run` starts the service with what the README gives it.
class RunCommandTest {
  private static final Pattern GIVEN =
      Pattern.compile("^\\./mvnw spring-boot:run -D(\\S+)=\"([^\"]+)\"$", Pattern.MULTILINE);

  private final Document pom;
  private final XPath path = XPathFactory.newInstance().newXPath();

  RunCommandTest() throws Exception {
    pom = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse("pom.xml");
  }

  /// Maven takes a parameter's value from the plugin's configuration before it looks at the command
  /// line, and `<arguments>` before both; a property of the pom comes after the command line.
  @Test
  void whatTheCommandLineGivesTakesThePlaceOfWhatThePomGives() throws Exception {
    String run = "//plugin[artifactId='spring-boot-maven-plugin']//configuration/";

    assertThat(count(run + "optimizedLaunch")).as("the plugin is configured").isEqualTo(1);
    assertThat(count(run + "arguments")).isZero();
    assertThat(count(run + "commandlineArguments")).isZero();
    assertThat(ofThePom()).isNotEmpty();
  }

  @Test
  void theReadmeGivesWhatThePomGivesAndMore() throws Exception {
    Matcher given = GIVEN.matcher(Files.readString(Path.of("README.md")));
    assertThat(given.find()).as("the README starts it with arguments").isTrue();

    assertThat(given.group(1)).isEqualTo("spring-boot.run.arguments");
    assertThat(List.of(given.group(2).split(" ")))
        .contains(ofThePom().split(" "))
        .hasSizeGreaterThan(ofThePom().split(" ").length);
  }

  private String ofThePom() throws XPathExpressionException {
    return path.evaluate("/project/properties/spring-boot.run.arguments", pom);
  }

  private int count(String nodes) throws XPathExpressionException {
    return Integer.parseInt(path.evaluate("count(" + nodes + ")", pom));
  }
}
