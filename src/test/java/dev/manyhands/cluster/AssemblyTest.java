package dev.manyhands.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AssemblyTest {
  private static final int SIZE = 1000;

  private final Assembly assembly = new Assembly(this::open);
  private boolean isDiskFull;

  /// On a full disk a file can be made, and takes nothing.
  private FileChannel open() throws IOException {
    FileChannel file = PieceFile.open();
    if (isDiskFull) {
      file.close();
    }
    return file;
  }

  private final byte[] whole = bytes(3500);

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private List<Piece> pieces(String token) {
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < Piece.count(whole.length, SIZE); i++) {
      byte[] body = Piece.of(token, 7, whole, i, SIZE).write();
      pieces.add(Piece.of(Parts.read(body, OutcomeMessage.PARTS)).orElseThrow());
    }
    return pieces;
  }

  @Test
  void theLastPieceInWhateverOrderMakesTheMessageWhole() {
    List<Piece> pieces = pieces("a");
    assertThat(pieces).hasSize(4);
    Collections.swap(pieces, 0, 3);

    for (Piece piece : pieces.subList(0, 3)) {
      assertThat(assembly.add(piece)).isEmpty();
      assertThat(assembly.add(piece)).isEmpty();
    }
    assertThat(assembly.add(pieces.get(3)).orElseThrow()).isEqualTo(whole);
    assertThat(assembly.bytes()).isZero();
  }

  @Test
  void messagesOfChunksThatAreNotOutAnyMoreAreForgotten() {
    assertThat(assembly.add(pieces("a").getFirst())).isEmpty();
    assertThat(assembly.add(pieces("b").getFirst())).isEmpty();
    assembly.keep("a"::equals);

    assertThat(assembly.bytes()).isEqualTo(whole.length);
  }

  @Test
  void aPieceOutsideOfItsMessageIsRefused() {
    byte[] one = new byte[1];

    assertThatThrownBy(() -> new Piece("a", 0, 10, 10, one))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Piece("a", 0, -1, 10, one))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Piece("a", 0, 0, Integer.MAX_VALUE, one))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPieceOfAnotherLengthIsRefused() {
    assertThat(assembly.add(pieces("a").getFirst())).isEmpty();

    assertThatThrownBy(() -> assembly.add(new Piece("a", 7, 0, 99, new byte[1])))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void begunMessagesHaveABound() {
    for (int i = 0; i < 20; i++) {
      assertThat(assembly.add(new Piece("a", i, 0, Piece.MAX_TOTAL, new byte[1]))).isEmpty();
    }

    assertThat(assembly.bytes()).isLessThanOrEqualTo(1L << 30);
  }

  @Test
  void whatThereIsNoRoomForIsGivenUpAndTakesNone() {
    isDiskFull = true;
    assertThatThrownBy(() -> assembly.add(pieces("a").getFirst()))
        .isInstanceOf(UncheckedIOException.class);
    assertThat(assembly.bytes()).isZero();
    isDiskFull = false;

    assertThat(assembly.add(pieces("a").getLast())).isEmpty();
    assertThat(assembly.bytes()).isEqualTo(whole.length);
  }

  @Test
  void aFileThatCannotBeOpenedIsNotLeft(@TempDir Path folder) throws IOException {
    Path file = Files.createFile(folder.resolve("pieces"));

    assertThatThrownBy(
            () -> PieceFile.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(file).doesNotExist();
  }

  @Test
  void whatIsLargerThanAnyMessageIsRefused() {
    Piece piece = new Piece("a", 1, 0, Piece.MAX_TOTAL + 1, new byte[1]);

    assertThatThrownBy(() -> assembly.add(piece)).isInstanceOf(IllegalArgumentException.class);
    assertThat(assembly.bytes()).isZero();
  }
}
