package agentcore.client;

import agentcore.client.connection.Endpoint;
import agentcore.client.connection.HttpTransport;
import agentcore.client.connection.Link;
import agentcore.client.connection.Loop;
import agentcore.client.connection.ThreadLoop;
import agentcore.client.connection.Times;
import agentcore.client.connection.Tokens;
import agentcore.client.connection.Transport;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** The options of a client. Not thread-safe. */
public final class ChatClientBuilder {
  private final String server;
  private final String user;
  private final List<String> rooms = new ArrayList<>();
  private String path = Endpoint.PATH;
  private Tokens tokens = Tokens.NONE;
  private boolean isFollowing = true;
  private boolean endsIfUnreachable;
  private Times times = Times.DEFAULT;

  ChatClientBuilder(URI server, String user) {
    String text = server.toString();
    this.server = text.endsWith("/") ? text : text + "/";
    this.user = Arguments.user(user);
  }

  /**
   * Sets the path of the server's endpoint, {@code ws/{user}} by default, below the address of the
   * server. {@code {user}} stands for the user id. The path may have a query, which is kept.
   */
  public ChatClientBuilder endpoint(String newPath) {
    path = newPath;
    return this;
  }

  /** Sets a token, of visible ASCII characters. If the server refuses it, the client is closed. */
  public ChatClientBuilder token(String text) {
    tokens = Tokens.of(text);
    return this;
  }

  /**
   * Sets where tokens come from. The client calls it before each attempt, on its thread, so it must
   * not block. If a token that worked is refused, a new one gets one attempt.
   */
  public ChatClientBuilder token(Supplier<? extends CompletionStage<String>> source) {
    tokens = new Tokens(source, true);
    return this;
  }

  /**
   * Adds a room to join at the start, in addition to the user's rooms and the default room.
   *
   * @throws ChatException if the name is invalid
   */
  public ChatClientBuilder room(String name) {
    rooms.add(Arguments.room(name));
    return this;
  }

  /**
   * Sets whether the client is in the user's rooms on all devices, which is the default. Otherwise
   * it is only in the default room and in those that it joins itself, and the numbers of unread
   * messages are meaningless. That is for a script.
   */
  public ChatClientBuilder followsUser(boolean isFollowingUser) {
    isFollowing = isFollowingUser;
    return this;
  }

  /**
   * Closes the client if the first attempts open no WebSocket, because the address is probably
   * wrong or no server listens there. Without this, the client tries on. It tries on in any case
   * when the server is busy or restarts, and after the first {@code welcome}.
   */
  public ChatClientBuilder endsIfUnreachable() {
    endsIfUnreachable = true;
    return this;
  }

  ChatClientBuilder times(Times other) {
    times = other;
    return this;
  }

  /** Returns a client, which is not connected yet. */
  public ChatClient build() {
    ThreadLoop loop = new ThreadLoop("agentcore-client-" + user);
    Transport transport = new HttpTransport(loop, HttpClient.newHttpClient());
    return build(loop, transport, RandomGenerator.getDefault());
  }

  ChatClient build(Loop loop, Transport transport, RandomGenerator random) {
    return new ChatClient(loop, new Session(this, loop, transport, random));
  }

  String user() {
    return user;
  }

  List<String> rooms() {
    return rooms;
  }

  boolean isFollowing() {
    return isFollowing;
  }

  Endpoint endpoint() {
    return new Endpoint(server, path);
  }

  Link link(Loop loop, Transport transport, Link.Owner owner, RandomGenerator random) {
    return new Link(loop, transport, owner, tokens, endsIfUnreachable, times, random);
  }
}
