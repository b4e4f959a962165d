package dev.manyhands.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LineBufferTest {
  static LongStream numbers() {
    LongStream.Builder numbers = LongStream.builder();
    for (long power = 1; power > 0; power *= 2) {
      numbers.add(power - 1).add(power);
    }
    long power = 1;
    for (int digits = 1; digits <= 19; digits++, power *= 10) {
      numbers.add(power - 1).add(power).add(power + 1);
    }
    numbers.add(Long.MAX_VALUE);
    Random random = new Random(11);
    for (int i = 0; i < 200; i++) {
      numbers.add(random.nextLong() >>> random.nextInt(1, 64));
    }
    return numbers.build().distinct();
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void numbersAreWrittenAsJavaWritesThem(long number) {
    LineBuffer buffer = new LineBuffer(1);
    buffer.writeLong(number);
    buffer.endLine();
    buffer.writeLong(-number);
    buffer.endLine();
    buffer.writeLong(Long.MIN_VALUE);
    buffer.endLine();

    assertThat(buffer.take().toString())
        .isEqualTo(number + "\n" + -number + "\n" + Long.MIN_VALUE + "\n");
  }
}
