/**
 * The commands of {@code bin/agentcore}. {@link agentcore.cli.Cli} finds the command and returns
 * its exit code; nothing here is needed by whoever embeds the library.
 *
 * <pre>{@code
 * Main -> Cli -> Arguments        flags, and the settings they give
 *          |
 *          +-- serve    ServeCommand: AgentCore with the chat, until it is told to stop
 *          +-- token    TokenCommand: a token to try with
 *          +-- check    CheckCommand, Checks: the settings, and what is wrong or odd
 *          +-- chat     agentcore.cli.chat
 *          +-- bench    agentcore.cli.bench
 *
 * agentcore.cli.common: what the commands share
 * Logs, JsonLine: where the lines of System.Logger go
 * }</pre>
 *
 * <p>Only here is anything printed, is the environment read, and does the process end. Results go
 * to the standard output and errors to the standard error, one sentence each; the exit code is 0
 * for done, 1 for failed, 2 for called or configured wrongly. All of it is constructor arguments,
 * so that a test runs a command in its own process.
 *
 * <p>Threads: a command runs on the main thread. {@code serve} stops on a thread of the virtual
 * machine's shutdown, which drains the server and halts with 0: an orderly end is a success.
 *
 * <p>Read next: {@link agentcore.cli.chat}, {@link agentcore.cli.bench}.
 */
package agentcore.cli;
