package agentcore.learn;

import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.protocol.transcript.Play;
import agentcore.protocol.transcript.Transcript;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The product's transcripts pass on every step, as far as the step claims them. */
class LearnTranscriptTest {
  private static List<Transcript> claimedBy(LearnStep step) {
    return Transcript.readAll(Path.of("src", "test", "resources", "transcripts")).stream()
        .map(transcript -> Claim.of(step, transcript))
        .filter(claimed -> claimed.steps().size() > 2) // more than a welcome
        .toList();
  }

  @TestFactory
  Stream<DynamicNode> everyStepTalksLikeTheProduct() {
    return Stream.of(LearnStep.values())
        .map(
            step ->
                DynamicContainer.dynamicContainer(
                    "step " + step.folder(),
                    claimedBy(step).stream().flatMap(transcript -> tests(step, transcript))));
  }

  private static Stream<DynamicTest> tests(LearnStep step, Transcript transcript) {
    return IntStream.rangeClosed(1, step.usesRedis() ? 2 : 1)
        .mapToObj(
            servers ->
                DynamicTest.dynamicTest(
                    transcript.name() + " on " + servers + " of step " + step.folder(),
                    () -> Play.run(transcript, StepServers.start(step, servers))));
  }

  @ParameterizedTest
  @EnumSource
  void everyStepClaimsAConversationAndTheLaterOnesResuming(LearnStep step) {
    List<Transcript> whole =
        claimedBy(step).stream()
            .filter(claimed -> claimed.steps().size() == sizeOf(claimed.name()))
            .toList();
    List<String> names = whole.stream().map(Transcript::name).toList();
    assertTrue(names.contains("lobby.txt"), names::toString);
    assertTrue(!step.hasLog() || names.contains("resume-the-default-room.txt"), names::toString);
  }

  private static int sizeOf(String name) {
    return Transcript.readAll(Path.of("src", "test", "resources", "transcripts")).stream()
        .filter(transcript -> transcript.name().equals(name))
        .mapToInt(transcript -> transcript.steps().size())
        .sum();
  }
}
