package agentcore.protocol.transcript;

import agentcore.core.Config;
import agentcore.testkit.SharedStore;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Plays all transcripts; the result does not depend on the store. */
abstract class TranscriptContract {
  /** Creates the store of each run. */
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

  /** Reads the source folder, because the build's copy may contain deleted files. */
  static List<Transcript> transcripts() {
    return Transcript.readAll(Path.of("src", "test", "resources", "transcripts"));
  }

  /** Returns the steps of all transcripts. */
  static Stream<Step> steps() {
    return transcripts().stream().flatMap(transcript -> transcript.steps().stream());
  }
}
