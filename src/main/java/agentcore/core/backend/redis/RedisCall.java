package agentcore.core.backend.redis;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/** A command that waits for its turn and its reply. */
final class RedisCall {
  /** So often a script is sent along once for all calls of it; then with each of them. */
  private static final int MAX_SHARED_RETRIES = 3;

  private final CommandArguments command;
  private final Optional<Script> script;
  private final CompletableFuture<Object> reply = new CompletableFuture<>();

  /** What is needed to send the text along, which is seldom. */
  private record Script(RedisScript.Text text, List<String> keys, List<?> arguments) {}

  private RedisCall(CommandArguments command, Optional<Script> script) {
    this.command = command;
    this.script = script;
  }

  static RedisCall of(Command command, Object... arguments) {
    CommandArguments whole = new CommandArguments(command);
    for (Object argument : arguments) {
      whole.add(argument.toString());
    }
    return new RedisCall(whole, Optional.empty());
  }

  static RedisCall of(RedisScript.Text text, List<String> keys, Object... arguments) {
    List<Object> all = List.of(arguments);
    return new RedisCall(text.bySha(keys, all), Optional.of(new Script(text, keys, all)));
  }

  CompletableFuture<Object> reply() {
    return reply;
  }

  /**
   * Carries calls out, in one round trip where Redis knows their scripts.
   *
   * <p>A Redis that was restarted, or whose scripts were flushed, answers NOSCRIPT: to all calls of
   * a script from some place on, unless another client loads the same script meanwhile, which
   * {@link RedisScript#named} prevents. Those calls are written again before anything else is, in
   * their order. So the calls of one named script are carried out in the order in which they were
   * queued.
   *
   * @return the replies, errors among them, in the order of the calls
   */
  static List<Object> exchange(Connection connection, List<RedisCall> calls) {
    for (RedisCall call : calls) {
      connection.sendCommand(call.command);
    }
    List<Object> replies = connection.getMany(calls.size());
    for (int retries = 0; true; retries++) {
      List<Integer> unknown = withoutScript(calls, replies);
      if (unknown.isEmpty() || retries > MAX_SHARED_RETRIES) {
        return replies;
      }
      retry(connection, calls, replies, unknown, retries < MAX_SHARED_RETRIES);
    }
  }

  /** Returns the places of the calls whose script Redis does not know. */
  private static List<Integer> withoutScript(List<RedisCall> calls, List<Object> replies) {
    List<Integer> found = List.of();
    for (int i = 0; i < replies.size(); i++) {
      if (replies.get(i) instanceof JedisNoScriptException && calls.get(i).script.isPresent()) {
        found = found.isEmpty() ? new ArrayList<>() : found;
        found.add(i);
      }
    }
    return found;
  }

  private static void retry(
      Connection connection,
      List<RedisCall> calls,
      List<Object> replies,
      List<Integer> places,
      boolean isShared) {
    Set<RedisScript.Text> sent = new HashSet<>();
    for (int place : places) {
      RedisCall call = calls.get(place);
      Script script = call.script.orElseThrow();
      boolean isKnown = !sent.add(script.text) && isShared;
      connection.sendCommand(
          isKnown ? call.command : script.text.whole(script.keys, script.arguments));
    }
    List<Object> again = connection.getMany(places.size());
    for (int i = 0; i < places.size(); i++) {
      replies.set(places.get(i), again.get(i));
    }
  }
}
