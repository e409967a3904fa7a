/**
 * The chat of the protocol, as a user of the library would write it: {@link
 * agentcore.example.ChatConsumer} lists the requests, the other classes handle them.
 *
 * <p>Nothing here knows of sockets, and nothing keeps a room's state but the backend, so that any
 * number of connections and servers share it. What is kept here is who is typing, which no other
 * server needs to know.
 */
package agentcore.example;
