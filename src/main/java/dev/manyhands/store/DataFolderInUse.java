package dev.manyhands.store;

import java.nio.file.Path;

/// Another service works on this data folder; two on one would each believe to be alone.
public final class DataFolderInUse extends RuntimeException {
  private static final long serialVersionUID = 1;

  DataFolderInUse(Path folder) {
    super(
        "the data folder "
            + folder
            + " is in use by another Manyhands process: stop that one, or set manyhands.data to"
            + " another folder");
  }
}
