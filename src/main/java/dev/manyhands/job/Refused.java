package dev.manyhands.job;

/// A request turned down; nothing of it was done.
public final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Refusal refusal;

  public Refused(Refusal refusal) {
    super(refusal.detail(), null, false, false);
    this.refusal = refusal;
  }

  public Refusal refusal() {
    return refusal;
  }
}
