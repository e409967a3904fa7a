package agentcore.browser;

import agentcore.testkit.TestServer;
import org.junit.jupiter.api.Test;

/** The page's frames, by their module. */
class FramesBrowserTest extends BrowserTest {
  @Test
  void drawsAgainAfterAFailure() {
    try (TestServer server = ModulePage.start()) {
      Tab tab = open(server.port());
      tab.eval(
          """
          import('/modules/frames.js').then(({ Frames }) => {
            window.failures = 0;
            window.drawn = [];
            const fail = () => {
              if (failures++ < 2) throw new Error('expected');
            };
            window.subject = new Frames(fail, (changed) => drawn.push(...changed));
            subject.changed('first');
          })
          """);
      tab.await("failures > 0");
      tab.await("(subject.changed('last'), drawn.includes('last'))");
      tab.await("drawn.includes('first')");
    }
  }

  @Override
  boolean isExpected(String error) {
    return error.contains("expected");
  }
}
