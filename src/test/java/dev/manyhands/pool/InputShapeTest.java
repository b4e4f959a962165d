package dev.manyhands.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class InputShapeTest {
  enum Color {
    RED,
    GREEN
  }

  record Point(double x, double y) {}

  record Picture(
      byte[] source,
      @Nullable String title,
      Optional<Color> color,
      List<Point> corners,
      Map<String, Integer> counts) {}

  record Tree(String name, List<Tree> children) {}

  @ParameterizedTest
  @ValueSource(classes = {Long.class, Integer.class, long.class, java.math.BigInteger.class})
  void wholeNumbersAreIntegers(Class<?> type) {
    assertShape(type, "{'type':'integer'}");
  }

  @Test
  void simpleTypesHaveTheirJsonType() {
    assertShape(String.class, "{'type':'string'}");
    assertShape(Double.class, "{'type':'number'}");
    assertShape(Boolean.class, "{'type':'boolean'}");
    assertShape(RawJson.class, "{}");
    assertShape(Object.class, "{}");
    assertShape(Color.class, "{'type':'string','enum':['RED','GREEN']}");
    assertShape(long[].class, "{'type':'array','items':{'type':'integer'}}");
    assertShape(List.class, "{'type':'array','items':{}}");
    assertShape(Map.class, "{'type':'object'}");
  }

  @Test
  void aRecordIsAnObjectWhoseComponentsAreRequiredUnlessTheyMayBeAbsent() {
    String point =
        "{'type':'object','properties':{'x':{'type':'number'},'y':{'type':'number'}},'required':['x','y']}";
    assertShape(Point.class, point);
    assertShape(
        Picture.class,
        "{'type':'object','properties':{'source':{'type':'string','contentEncoding':'base64'},"
            + "'title':{'type':'string'},'color':{'type':'string','enum':['RED','GREEN']},"
            + "'corners':{'type':'array','items':"
            + point
            + "},'counts':{'type':'object','additionalProperties':{'type':'integer'}}},"
            + "'required':['source','corners','counts']}");
  }

  @Test
  void aRecordWithinItselfEnds() {
    assertShape(
        Tree.class,
        "{'type':'object','properties':{'name':{'type':'string'},"
            + "'children':{'type':'array','items':{'type':'object'}}},'required':['name','children']}");
  }

  private static void assertShape(Class<?> type, String json) {
    Object expected = new JsonMapper().readValue(json.replace('\'', '"'), Object.class);
    assertThat((Object) InputShape.of(type)).isEqualTo(expected);
  }
}
