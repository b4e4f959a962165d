package dev.manyhands.job;

import java.util.Map;

/// What a client asked for, without the inputs. No invalid one exists: each part checks its rules
/// at construction and throws [Invalid].
///
/// @param labels the client's own marks, at most 32, kept and shown, never read; without NUL, which
///   not every database can hold
public record JobSpec(
    Work work,
    Placement placement,
    Care care,
    Gates gates,
    Keeping keeping,
    Map<String, String> labels) {
  public static final int MAX_LABELS = 32;
  static final int MAX_LABEL_CHARS = 200;

  public JobSpec {
    labels = Map.copyOf(labels);
    if (labels.size() > MAX_LABELS) {
      throw new Invalid(
          "/labels", "expected at most " + MAX_LABELS + " labels, got " + labels.size());
    }
    labels.forEach(JobSpec::checkLabel);
  }

  /// With one function for all tasks.
  public JobSpec(
      Function function,
      Placement placement,
      Care care,
      Gates gates,
      Keeping keeping,
      Map<String, String> labels) {
    this(Work.of(function), placement, care, gates, keeping, labels);
  }

  /// The same in another place.
  public JobSpec at(Placement there) {
    return new JobSpec(work, there, care, gates, keeping, labels);
  }

  /// The same behind other gates.
  public JobSpec gated(Gates otherwise) {
    return new JobSpec(work, placement, care, otherwise, keeping, labels);
  }

  /// The same, kept otherwise.
  public JobSpec kept(Keeping otherwise) {
    return new JobSpec(work, placement, care, gates, otherwise, labels);
  }

  private static void checkLabel(String name, String value) {
    Rules.word("/labels", name);
    Rules.argument("/labels/" + name, value, MAX_LABEL_CHARS);
  }
}
