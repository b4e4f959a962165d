package dev.manyhands.pool;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.RecordComponent;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;

/// Reads a record's components as its code declares them: each must be there and not `null`, unless
/// it is `@Nullable` or an `Optional`.
final class RequiredComponents extends JacksonAnnotationIntrospector {
  private static final long serialVersionUID = 1;

  static boolean isRequired(RecordComponent component) {
    return isRequired(component.getAnnotatedType(), component.getType());
  }

  @Override
  public @Nullable Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
    return isRequiredComponent(member) ? Boolean.TRUE : super.hasRequiredMarker(config, member);
  }

  @Override
  public JsonSetter.Value findSetterInfo(MapperConfig<?> config, Annotated member) {
    return isRequiredComponent(member)
        ? JsonSetter.Value.forValueNulls(Nulls.FAIL)
        : super.findSetterInfo(config, member);
  }

  private static boolean isRequiredComponent(Annotated member) {
    return member instanceof AnnotatedParameter parameter
        && parameter.getDeclaringClass().isRecord()
        && parameter.getOwner().getAnnotated() instanceof java.lang.reflect.Executable creator
        && isRequired(
            creator.getAnnotatedParameterTypes()[parameter.getIndex()], parameter.getRawType());
  }

  private static boolean isRequired(AnnotatedType type, Class<?> rawType) {
    return !type.isAnnotationPresent(Nullable.class) && rawType != Optional.class;
  }
}
