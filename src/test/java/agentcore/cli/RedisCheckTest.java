package agentcore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.testkit.RedisProcess;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedisCheckTest {
  private static List<String> wrong(String url) {
    Config config =
        Config.defaults().with(Setting.BACKEND_TYPE, "redis").with(Setting.REDIS_URL, url);
    return new Checks(config, Clock.systemUTC()).errors();
  }

  @Test
  void reportsARedisThatDoesNotRespondOrRejectsThePassword() {
    try (RedisProcess redis = RedisProcess.start("--requirepass", "sesame")) {
      String url = redis.url().replace("//", "//:sesame@");
      assertEquals(List.of(), wrong(url));
      assertTrue(wrong(redis.url()).getFirst().contains("NOAUTH"), "without its password");
      assertTrue(wrong(url.replace("sesame", "other")).getFirst().contains("WRONGPASS"));
      redis.pause();
      assertTrue(wrong(url).getFirst().contains("timed out"), "while it is paused");
      redis.resume();
      assertEquals(List.of(), wrong(url));
      redis.kill();
      assertEquals(1, wrong(url).size());
      redis.restart();
    }
  }
}
