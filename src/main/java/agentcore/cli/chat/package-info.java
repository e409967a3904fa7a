/**
 * The chat in the terminal, {@code bin/agentcore chat}: {@link agentcore.client.ChatClient} with
 * lines of text at both ends.
 *
 * <pre>{@code
 * InputReader, TypedLines --> Conversation --> Sender --> ChatClient
 *                                  |             command             what a line asks for
 *                                  |             CurrentRoom         where texts go
 *                                  v                                      |
 *                               Output <-- EventFormatter <-- EventPrinter <--events
 *    TerminalOutput, ConsoleOutput, PipeOutput                Unread   what was not printed
 * }</pre>
 *
 * <p>At a terminal, {@link agentcore.cli.terminal} edits the line below what arrives; {@code
 * ChatCompleter} completes names in it. In a pipe, and where the terminal cannot do this, lines are
 * read as they come.
 *
 * <p>The client reconnects, resumes rooms and repeats messages. Its thread does everything else,
 * too: the thread of the input only passes lines to it. Printing blocks it when the output is full.
 * That is intended: the client reads no further frame until then, so nothing piles up here.
 */
package agentcore.cli.chat;
