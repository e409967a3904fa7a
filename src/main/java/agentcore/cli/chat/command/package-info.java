/**
 * What a line of the user asks for.
 *
 * <pre>{@code
 * a line --> Command --> Request     a request to the server
 *    |
 *    +-----> ChatCompleter           completes commands and names, on Tab
 *              RecentNames           the names that the server mentioned last
 * }</pre>
 *
 * <p>Nothing here prints or sends; {@link agentcore.cli.chat} does both.
 */
package agentcore.cli.chat.command;
