/**
 * A terminal with a line that the user edits, below what the program prints. It needs {@code stty}
 * and {@code sh}, and no library.
 *
 * <pre>
 *   keys --> Terminal --> KeyDecoder --> LineEditor    what a key does
 *               |                           Line       the text and the cursor
 *   lines ------+                           History    lines entered before, and the search in them
 *               |                           Completer  asked by Tab; the program implements it
 *               +--> Screen, Columns                   where each character is drawn
 *               +--> RawMode, Signals                  the mode of the terminal, and its size
 * </pre>
 *
 * <p>A daemon thread reads keys. It and the threads that print hold the lock of {@link
 * agentcore.cli.terminal.Terminal} while they change or draw anything, so the other classes need
 * none. A change first erases the edited line, and draws it again at the end, in one write.
 *
 * <p>{@code LineEditor} and {@code Screen} know no terminal: the one applies keys to a text, the
 * other turns a text into a sequence to write. Terminals disagree about the width of some emoji;
 * {@code Columns} counts as the GNU C library does. Where a terminal counts otherwise, the cursor
 * is beside its place in that row, and nothing else is affected.
 */
package agentcore.cli.terminal;
