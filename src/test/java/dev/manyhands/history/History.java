package dev.manyhands.history;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// What a client did and was told, in order, in memory and in a file: a line an event, with the
/// nanoseconds since the start.
public final class History {
  private final Path file;
  private final long start = System.nanoTime();

  @GuardedBy("this")
  private final List<Event> events = new ArrayList<>();

  public History(Path file) {
    this.file = file;
  }

  public synchronized void add(Event event) {
    events.add(event);
    String text = event.toString();
    String line =
        "%13d %s%n"
            .formatted(
                System.nanoTime() - start,
                text.length() > 500 ? text.substring(0, 500) + "..." : text);
    try {
      Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public synchronized List<Event> events() {
    return List.copyOf(events);
  }

  public Path file() {
    return file;
  }
}
