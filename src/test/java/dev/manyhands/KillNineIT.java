package dev.manyhands;

import dev.manyhands.history.TestedStore;

class KillNineIT extends KillNineContract {
  @Override
  TestedStore store() {
    return TestedStore.SQLITE;
  }
}
