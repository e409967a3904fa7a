package agentcore.core.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.core.Config;
import agentcore.core.backend.Backend;
import agentcore.core.backend.Log;
import agentcore.core.backend.memory.MemoryBackend;
import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.RawFrame;
import agentcore.testkit.TestServer;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class SlowLogTest {
  private static final int TOGETHER = 5;

  /** Returns {@code real} with the result of one method changed. */
  private static <T> T with(Class<T> type, T real, String name, UnaryOperator<Object> change) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              Object result = method.invoke(real, arguments);
              return method.getName().equals(name) ? change.apply(result) : result;
            }));
  }

  /** Returns a backend that completes no publish before {@link #TOGETHER} of them have begun. */
  private static Backend store(Backend real) {
    CountDownLatch begun = new CountDownLatch(TOGETHER);
    Log slow =
        with(
            Log.class,
            real.log(),
            "submit",
            result -> {
              begun.countDown();
              return (Supplier<Object>) () -> awaitAll(begun, (Supplier<?>) result);
            });
    return with(Backend.class, real, "log", log -> slow);
  }

  private static Object awaitAll(CountDownLatch latch, Supplier<?> result) {
    try {
      if (latch.await(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
        return result.get();
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    throw new IllegalStateException("the others have not begun");
  }

  @Test
  void messagesSentTogetherAreStoredTogether() {
    Config config = TestServer.config(Map.of());
    try (TestServer server =
            TestServer.start(
                config, store(new MemoryBackend(config.backendLimits())), TestServer.chat(config));
        RawClient alice = server.connect("alice")) {
      alice.nextJson("welcome");
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (int i = 1; i <= TOGETHER; i++) {
        String data = "{\"room\":\"lobby\",\"text\":\"x\"}";
        String text = "{\"type\":\"chat_message\",\"data\":" + data + ",\"id\":\"" + i + "\"}";
        bytes.writeBytes(RawFrame.text(text).encode());
      }
      alice.sendBytes(bytes.toByteArray());
      for (int i = 1; i <= TOGETHER; i++) {
        assertEquals(i, alice.nextJson("ack").get("seq").getAsInt());
      }
    }
  }
}
