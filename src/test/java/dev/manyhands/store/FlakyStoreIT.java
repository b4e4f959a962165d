package dev.manyhands.store;

import java.util.List;

class FlakyStoreIT extends FlakyStoreContract {
  @Override
  List<String> store() {
    return List.of();
  }
}
