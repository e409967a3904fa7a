/**
 * The commands that use the HTTP API of a server, this machine's or another one: {@code
 * bin/agentcore say} and {@code bin/agentcore admin}.
 *
 * <pre>{@code
 * SayCommand ------------------------+
 *                                    +--> ApiClient --HTTP--> a server
 * AdminCommand --> AdminRequests ----+
 *      |
 *      +---------> AdminTables, Table: what a person reads
 *
 * ApiAccess      the address and the key
 * ApiException   why there is no answer, in one sentence
 * }</pre>
 *
 * <p>A request that may be repeated is repeated for a while, if the connection is lost or the store
 * is away. The message of {@code say} always has an id, so that it is stored once.
 *
 * <p>The secret of the key comes from a file, the environment or the settings, never from a flag:
 * all users of a machine can see the arguments of a command.
 *
 * <p>Threads: everything runs on the main thread. Read next: src/docs/api.md, which describes the
 * requests.
 */
package agentcore.cli.api;
