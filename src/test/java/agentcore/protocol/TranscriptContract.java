package agentcore.protocol;

import agentcore.core.Config;
import agentcore.testkit.SharedStore;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Plays all transcripts; whatever the store is, they come out the same. */
abstract class TranscriptContract {
  /** Makes the store of each play. */
  abstract SharedStore open(Config config);

  @TestFactory
  Stream<DynamicNode> everyTranscriptPassesOnOneServerAndOnTwo() {
    return transcripts().stream()
        .map(
            transcript ->
                DynamicContainer.dynamicContainer(
                    transcript.name(),
                    Stream.of(
                        DynamicTest.dynamicTest(
                            transcript.name() + " on one server",
                            () -> Play.run(transcript, 1, this::open)),
                        DynamicTest.dynamicTest(
                            transcript.name() + " on two servers",
                            () -> Play.run(transcript, 2, this::open)))));
  }

  /** Reads them where they stand, and not a copy that may hold what was removed. */
  static List<Transcript> transcripts() {
    return Transcript.readAll(Path.of("src", "test", "resources", "transcripts"));
  }
}
