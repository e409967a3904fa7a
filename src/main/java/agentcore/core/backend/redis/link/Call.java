package agentcore.core.backend.redis.link;

import agentcore.core.backend.BackendException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/** A command or script that waits to be sent, and the reply to it. */
public final class Call {
  /** The slot of a call that any connection can run. */
  public static final int ANY_SLOT = -1;

  private final int slot;
  private final CommandArguments command;
  private final Script script;
  private final List<String> keys;
  private final List<?> arguments;
  private final CompletableFuture<Object> reply = new CompletableFuture<>();

  /** How often a reply said that the slot has moved. Used by one thread at a time. */
  private int redirections;

  private Call(
      int slot, CommandArguments command, Script script, List<String> keys, List<?> arguments) {
    this.slot = slot;
    this.command = command;
    this.script = script;
    this.keys = keys;
    this.arguments = arguments;
  }

  /**
   * Creates a call of a command.
   *
   * @param slot the hash slot of its key, or {@link #ANY_SLOT}
   */
  public static Call of(int slot, Command command, Object... arguments) {
    CommandArguments whole = new CommandArguments(command);
    for (Object argument : arguments) {
      whole.add(argument.toString());
    }
    return new Call(slot, whole, Script.NONE, List.of(), List.of());
  }

  /**
   * Creates a call of a script.
   *
   * @param slot the hash slot of all its keys, or {@link #ANY_SLOT}
   */
  public static Call of(int slot, Script script, List<String> keys, Object... arguments) {
    List<Object> all = List.of(arguments);
    return new Call(slot, script.byDigest(keys, all), script, keys, all);
  }

  /** Returns the hash slot, or {@link #ANY_SLOT}. */
  public int slot() {
    return slot;
  }

  /** Returns the reply, which {@link Reply#await} waits for. */
  public CompletableFuture<Object> reply() {
    return reply;
  }

  /** Fails the call, unless it has a reply. */
  void fail(String reason) {
    boolean unused = reply.completeExceptionally(new BackendException(reason));
  }

  /** Returns how often the call was redirected, including this time. */
  int redirected() {
    return ++redirections;
  }

  /**
   * Runs calls, in one round trip if Redis knows their scripts.
   *
   * <p>A Redis that was restarted, or whose scripts were flushed, answers NOSCRIPT: to all calls of
   * a script from some call on, unless another client loads the same script at that moment, which
   * {@link Script#named} prevents. These calls are sent again with the source, in their order,
   * before anything else. So the calls of one named script run in the order in which they were
   * submitted.
   *
   * @return the replies, errors among them, in the order of the calls
   */
  static List<Object> exchange(Connection connection, List<Call> calls) {
    for (Call call : calls) {
      connection.sendCommand(call.command);
    }
    List<Object> replies = connection.getMany(calls.size());
    List<Integer> unknown = withUnknownScript(calls, replies);
    for (int place : unknown) {
      Call call = calls.get(place);
      connection.sendCommand(call.script.withSource(call.keys, call.arguments));
    }
    List<Object> again = unknown.isEmpty() ? List.of() : connection.getMany(unknown.size());
    for (int i = 0; i < again.size(); i++) {
      replies.set(unknown.get(i), again.get(i));
    }
    return replies;
  }

  private static List<Integer> withUnknownScript(List<Call> calls, List<Object> replies) {
    List<Integer> found = List.of();
    for (int i = 0; i < replies.size(); i++) {
      boolean isScript = calls.get(i).script != Script.NONE; // else it is a reply to another call
      if (isScript && replies.get(i) instanceof JedisNoScriptException) {
        found = found.isEmpty() ? new ArrayList<>() : found;
        found.add(i);
      }
    }
    return found;
  }
}
