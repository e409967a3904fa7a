package agentcore.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.core.Config;
import agentcore.core.backend.Backend;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.redis.RedisBackend;
import agentcore.testkit.Await;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.network.FaultProxy;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlappingLinkTest {
  @Test
  void linkThatIsCutAgainAndAgainIsReportedOnceAtItsBeginningAndOnceAtItsEnd() {
    try (RedisProcess redis = RedisProcess.start();
        FaultProxy proxy = FaultProxy.to(redis.port());
        Warnings warnings = new Warnings();
        RedisBackend backend =
            new RedisBackend(
                "redis://127.0.0.1:" + proxy.port(), "ws:", Config.defaults().backendLimits())) {
      backend.start();
      for (int cuts = 0; cuts < 8; cuts++) {
        Await.until("a reply", () -> replies(backend));
        proxy.reset();
      }
      warnings.await(1, "works again");
      String address = "127.0.0.1:" + proxy.port();
      assertEquals(2, warnings.count(address), warnings.with(address).toString());
    }
  }

  private static boolean replies(Backend backend) {
    try {
      return backend.presence().counts(List.of(GroupId.all())).equals(List.of(0));
    } catch (BackendException away) {
      return false;
    }
  }
}
