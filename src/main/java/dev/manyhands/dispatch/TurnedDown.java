package dev.manyhands.dispatch;

/// Why a submission was turned down with 503 although nothing is wrong with it.
public enum TurnedDown {
  STOPPING("stopping"),
  JOBS("jobs"),
  STORED_BYTES("stored-bytes"),
  ARRIVING_BYTES("arriving-bytes");

  private final String word;

  TurnedDown(String word) {
    this.word = word;
  }

  /// As metrics name it.
  public String word() {
    return word;
  }
}
