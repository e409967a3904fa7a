/**
 * The chat in the terminal, {@code bin/agentcore chat}.
 *
 * <pre>
 *   InputReader, TypedLines ------+
 *                                 +--> Client --> Conversation --> Output: TerminalOutput, ConsoleOutput,
 *                                 |      |                                 PipeOutput
 *   ServerConnection --frames-----+      |          RoomEvents, JoinedRooms   read positions of rooms
 *          |                             |          Following                 the user's rooms on all devices
 *          |                             |          InboxEvents               the same for the user's log
 *          ^                             |          ReadMarks                 what was printed and is read
 *          |                             |          RequestQueue              requests without reply
 *          +-----------requests----------+          Command, EventFormatter   text from and to users
 * </pre>
 *
 * <p>At a terminal, {@link agentcore.cli.terminal} edits the line below what arrives; {@code
 * ChatCompleter} completes names in it. In a pipe, and where the terminal cannot do this, lines are
 * read as they come.
 *
 * <p>One thread, the client's, does everything else. The threads of the input and of the connection
 * only put events on its queue. {@link agentcore.cli.chat.Client} opens connections and decides
 * when to reconnect. {@link agentcore.cli.chat.Conversation} knows the protocol and outlives
 * connections: it resumes every room from the position up to which it was read, and sends
 * unanswered requests again.
 */
package agentcore.cli.chat;
