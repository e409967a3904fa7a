/**
 * AgentCore: a WebSocket server library, and the chat server that is built on it.
 *
 * <p>The exported packages are the library's front door. All others are internal: programs that use
 * the library as a module cannot see them.
 */
@SuppressWarnings("requires-automatic") // jedis has no module descriptor
module agentcore {
  requires com.google.gson;
  requires java.logging;
  requires java.management;
  requires java.net.http;
  requires jdk.management;
  requires org.java_websocket;
  requires org.slf4j;
  requires redis.clients.jedis;

  exports agentcore.client;
  exports agentcore.core;
  exports agentcore.core.auth;
  exports agentcore.core.backend;
  exports agentcore.core.consumer;
  exports agentcore.core.http;
  exports agentcore.core.message;
  exports agentcore.core.middleware;
}
