package agentcore.client;

import agentcore.client.connection.Loop;
import agentcore.client.connection.Times;
import agentcore.client.connection.Transport;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Lets a script in Node drive Java clients, by {@code java-client.mjs}. The clients use the timers,
 * the clock and the WebSockets of the script, so the tests of the JavaScript client with simulated
 * time hold for them, too.
 */
final class ClientBridge {
  private final BufferedReader in;
  private final BufferedWriter out;
  private final List<Driven> clients = new ArrayList<>();
  private final Map<Integer, Runnable> timers = new HashMap<>();
  private final Map<Integer, Transport.Listener> sockets = new HashMap<>();
  private final Map<Integer, CompletableFuture<String>> tokens = new HashMap<>();
  private final Map<Integer, Runnable> removers = new HashMap<>();
  private final IdentityHashMap<Object, Integer> futures = new IdentityHashMap<>();
  private long nowNanos;
  private int lastId;

  private record Driven(int id, ChatClient client, BridgeLoop loop) {}

  ClientBridge(BufferedReader in, BufferedWriter out) {
    this.in = in;
    this.out = out;
  }

  /** Answers calls until the script ends. */
  void run() throws IOException {
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      answer(JsonParser.parseString(line).getAsJsonObject());
    }
  }

  private void answer(JsonObject call) throws IOException {
    nowNanos = (long) (call.get("now").getAsDouble() * 1e6);
    JsonObject message = new JsonObject();
    message.add("result", handle(call));
    write(message);
  }

  private void write(JsonObject message) throws IOException {
    out.write(message + "\n");
    out.flush();
  }

  /** Lets the script do something, which may call back, and returns the result. */
  private JsonElement effect(String name, JsonObject parts) {
    parts.addProperty("effect", name);
    try {
      write(parts);
      while (true) {
        String line = in.readLine();
        if (line == null) {
          throw new IllegalStateException("the script has ended");
        }
        JsonObject message = JsonParser.parseString(line).getAsJsonObject();
        if (message.has("result")) {
          return message.get("result");
        }
        answer(message);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonObject of(String name, int value) {
    JsonObject parts = new JsonObject();
    parts.addProperty(name, value);
    return parts;
  }

  private JsonElement handle(JsonObject call) {
    String op = call.get("op").getAsString();
    return switch (op) {
      case "create" -> create(call);
      case "timer" -> {
        timers.remove(call.get("id").getAsInt()).run();
        yield JsonNull.INSTANCE;
      }
      case "text" -> {
        Transport.Listener socket = sockets.get(call.get("id").getAsInt());
        socket.onText(call.get("data").getAsString());
        yield JsonNull.INSTANCE;
      }
      case "closed" -> {
        Transport.Listener socket = sockets.get(call.get("id").getAsInt());
        socket.onClose(call.get("code").getAsInt(), call.get("reason").getAsString());
        yield JsonNull.INSTANCE;
      }
      case "token" -> {
        CompletableFuture<String> token = tokens.remove(call.get("request").getAsInt());
        if (call.has("message")) {
          token.completeExceptionally(new IllegalStateException(call.get("message").getAsString()));
        } else {
          token.complete(call.get("value").getAsString());
        }
        yield JsonNull.INSTANCE;
      }
      default -> {
        Driven driven = clients.get(call.get("client").getAsInt());
        JsonElement[] result = new JsonElement[1];
        driven.loop().task(() -> result[0] = handle(op, driven.client(), call));
        yield result[0];
      }
    };
  }

  private JsonElement handle(String op, ChatClient client, JsonObject call) {
    Supplier<String> room = () -> call.get("room").getAsString();
    Supplier<String> user = () -> call.get("user").getAsString();
    Supplier<String> text = () -> call.get("text").getAsString();
    switch (op) {
      case "state" -> {
        return new JsonPrimitive(client.state().name().toLowerCase(Locale.ROOT));
      }
      case "on" -> {
        int id = call.get("id").getAsInt();
        String type = call.get("type").getAsString();
        removers.put(id, client.on(type, event -> emit(id, event)));
      }
      case "off" -> removers.get(call.get("id").getAsInt()).run();
      case "hurry" -> client.hurry();
      case "close" -> client.close();
      case "markRead" -> client.markRead(room.get(), call.get("seq").getAsLong());
      case "markPrivateRead" -> client.markPrivateRead(user.get(), call.get("seq").getAsLong());
      case "rooms" -> {
        JsonArray names = new JsonArray();
        client.rooms().forEach(names::add);
        return names;
      }
      case "unread" -> {
        return json(client.unread(room.get()));
      }
      case "unreadFrom" -> {
        return json(client.unreadFrom(user.get()));
      }
      case "connect" -> {
        return promise(client.connect());
      }
      case "request" -> {
        Map<String, JsonElement> data = call.getAsJsonObject("data").asMap();
        return promise(client.request(call.get("type").getAsString(), data));
      }
      case "send" -> {
        return promise(
            call.get("id").isJsonNull()
                ? client.send(room.get(), text.get())
                : client.send(room.get(), text.get(), call.get("id").getAsString()));
      }
      case "sendPrivate" -> {
        return promise(client.sendPrivate(user.get(), text.get()));
      }
      case "join" -> {
        return promise(client.join(room.get()));
      }
      case "createRoom" -> {
        return promise(client.create(room.get(), call.get("isPublic").getAsBoolean()));
      }
      case "leave" -> {
        return promise(client.leave(room.get()));
      }
      default -> throw new IllegalArgumentException(op);
    }
    return JsonNull.INSTANCE;
  }

  private static JsonObject json(UnreadCount count) {
    JsonObject numbers = new JsonObject();
    numbers.addProperty("unread", count.unread());
    numbers.addProperty("mentions", count.mentions());
    return numbers;
  }

  private void emit(int listener, ChatEvent event) {
    JsonObject parts = of("id", listener);
    parts.add("event", JsonParser.parseString(event.json()));
    JsonElement failure = effect("emit", parts);
    if (!failure.isJsonNull()) {
      throw new IllegalStateException(failure.getAsString());
    }
  }

  private JsonElement promise(CompletableFuture<ChatEvent> future) {
    Integer known = futures.get(future);
    if (known != null) {
      return new JsonPrimitive(known);
    }
    int id = ++lastId;
    futures.put(future, id);
    var unused =
        future.whenComplete(
            (event, failure) -> {
              JsonObject parts = of("id", id);
              if (failure == null) {
                parts.add("value", JsonParser.parseString(event.json()));
              } else {
                parts.add("error", json((ChatException) failure));
              }
              effect("settle", parts);
            });
    return new JsonPrimitive(id);
  }

  private static JsonObject json(ChatException failure) {
    JsonObject error = new JsonObject();
    error.addProperty("code", failure.code());
    error.addProperty("message", failure.getMessage());
    error.addProperty("retryable", failure.isRetryable());
    failure.closeCode().ifPresent(code -> error.addProperty("closeCode", code));
    return error;
  }

  private JsonElement create(JsonObject call) {
    JsonObject result = new JsonObject();
    int id = clients.size();
    try {
      ChatClientBuilder builder =
          ChatClient.builder(
              URI.create(call.get("url").getAsString()), call.get("user").getAsString());
      call.getAsJsonArray("rooms").forEach(room -> builder.room(room.getAsString()));
      if (call.has("isTokenFunction")) {
        builder.token(() -> token(id));
      } else if (call.has("token")) {
        builder.token(call.get("token").getAsString());
      }
      builder.times(times(call.getAsJsonObject("times")));
      BridgeLoop loop = new BridgeLoop(id);
      SplittableRandom random = new SplittableRandom(call.get("seed").getAsLong());
      ChatClient client = builder.build(loop, new BridgeTransport(loop), random);
      clients.add(new Driven(id, client, loop));
      result.addProperty("client", id);
    } catch (ChatException invalid) {
      result.add("error", json(invalid));
    }
    return result;
  }

  private CompletableFuture<String> token(int client) {
    int request = ++lastId;
    CompletableFuture<String> token = new CompletableFuture<>();
    tokens.put(request, token);
    JsonObject parts = of("client", client);
    parts.addProperty("request", request);
    effect("token", parts);
    return token;
  }

  private static Times times(JsonObject millis) {
    Times times = Times.DEFAULT;
    return new Times(
        time(millis, "firstBackOff", times.firstBackOff()),
        time(millis, "laterBackOff", times.laterBackOff()),
        time(millis, "maxBackOff", times.maxBackOff()),
        time(millis, "connect", times.connect()),
        time(millis, "silence", times.silence()),
        time(millis, "answer", times.answer()));
  }

  private static Duration time(JsonObject millis, String name, Duration otherwise) {
    return millis.has(name) ? Duration.ofMillis(millis.get(name).getAsLong()) : otherwise;
  }

  /**
   * Every call of the script is a task; a task passed to the loop runs at the end of the current
   * one.
   */
  private final class BridgeLoop extends Loop {
    private final int client;

    BridgeLoop(int client) {
      this.client = client;
    }

    void task(Runnable task) {
      run(task);
    }

    @Override
    public void execute(Runnable task) {
      run(() -> defer(task));
    }

    @Override
    public boolean isInside() {
      return true;
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
      int id = ++lastId;
      timers.put(id, () -> run(task));
      JsonObject parts = of("id", id);
      parts.addProperty("millis", Math.ceil(delay.toNanos() / 1e6));
      effect("timer", parts);
      return () -> {
        if (timers.remove(id) != null) {
          effect("clear", of("id", id));
        }
      };
    }

    @Override
    public long nowNanos() {
      return nowNanos;
    }

    @Override
    public void report(Throwable defect) {
      JsonObject parts = of("client", client);
      parts.addProperty("text", defect.toString());
      effect("report", parts);
    }
  }

  private final class BridgeTransport implements Transport {
    private final BridgeLoop loop;

    BridgeTransport(BridgeLoop loop) {
      this.loop = loop;
    }

    @Override
    public Socket open(URI address, String token, Listener listener) {
      int id = ++lastId;
      sockets.put(
          id,
          new Listener() {
            @Override
            public void onText(String text) {
              loop.task(() -> listener.onText(text));
            }

            @Override
            public void onFailure(int code, String reason) {
              throw new AssertionError("a WebSocket of the script does not tell this");
            }

            @Override
            public void onClose(int code, String reason) {
              loop.task(() -> listener.onClose(code, reason));
            }
          });
      JsonObject parts = of("id", id);
      parts.addProperty("url", address.toString());
      JsonArray protocols = new JsonArray();
      if (!token.isEmpty()) {
        protocols.add("agentcore");
        protocols.add("bearer." + token);
      }
      parts.add("protocols", protocols);
      JsonElement failure = effect("open", parts);
      if (!failure.isJsonNull()) {
        throw new IllegalArgumentException(failure.getAsString());
      }
      return new Socket() {
        @Override
        public boolean send(String text) {
          JsonObject message = of("id", id);
          message.addProperty("text", text);
          return effect("send", message).getAsBoolean();
        }

        @Override
        public CompletableFuture<?> close(int code) {
          JsonObject message = of("id", id);
          message.addProperty("code", code);
          effect("close", message);
          return CompletableFuture.allOf();
        }
      };
    }
  }
}
