package agentcore.exercises;

import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.consumer.Consumer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class EchoConsumerTest extends EchoContract {
  private static final Path SOURCE =
      Path.of("src", "test", "java", "agentcore", "exercises", "EchoConsumer.java");

  @Override
  Consumer consumer() {
    return new EchoConsumer();
  }

  @Test
  void solutionTakesTwentyLines() throws IOException {
    long lines =
        Files.readAllLines(SOURCE).stream()
            .dropWhile(line -> !line.startsWith("final class"))
            .filter(line -> !line.isBlank())
            .count();
    assertTrue(lines <= 20, lines + " lines");
  }
}
